/** The one screen: where net capital stands, how it got there, what moved it, and why each figure is what it is. */
import { useCallback, useEffect, useRef, useState } from "react";
import { Chart } from "./chart.tsx";
import { Drill } from "./drill.tsx";
import { Events } from "./events.tsx";
import { ExplanationDrawer } from "./explanation.tsx";
import { Header } from "./header.tsx";
import { Movers } from "./movers.tsx";
import { NetCapital } from "./net-capital.tsx";
import { Standing } from "./standing.tsx";
import { useStore } from "./store.ts";
import { Waterfall } from "./waterfall.tsx";

export function App() {
  const { connection, status, netCapital } = useStore();
  const [code, setCode] = useState<string>();
  const opener = useRef<Element | null>(null);

  const explain = useCallback((line: string) => {
    opener.current = document.activeElement;
    setCode(line);
  }, []);
  const close = useCallback(() => {
    setCode(undefined);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }, []);

  const percent = netCapital?.answer === "figure" ? netCapital.percentOfMinimum : undefined;
  useEffect(() => {
    document.title = percent === undefined || percent === null ? "Plimsoll" : `${percent}% · Plimsoll`;
  }, [percent]);

  if (status === undefined || netCapital === undefined) {
    return (
      <main className="waiting">
        <p role="status">{connection === "lost" ? "No answer from the server. Trying again…" : "Connecting…"}</p>
      </main>
    );
  }
  return (
    <div className={connection === "open" ? "page" : "page stale"}>
      <Header status={status} connection={connection} />
      <main className="panels">
        {status.drill !== undefined && <Drill zone={status.timeZone} />}
        <NetCapital view={netCapital} zone={status.timeZone} explain={explain} />
        <Chart view={netCapital} status={status} />
        <Waterfall view={netCapital} explain={explain} />
        <Movers explain={explain} />
        <div className="lists">
          <Standing zone={status.timeZone} />
          <Events zone={status.timeZone} explain={explain} />
        </div>
      </main>
      {code !== undefined && (
        <ExplanationDrawer code={code} seq={netCapital.seq} zone={status.timeZone} close={close} />
      )}
    </div>
  );
}

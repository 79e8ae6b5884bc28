/** The one screen: where net capital and margin stand, how they got there, what a stress would do, and why. */
import { useCallback, useEffect, useRef, useState } from "react";
import { Chart } from "./chart.tsx";
import { Drill } from "./drill.tsx";
import { Events } from "./events.tsx";
import { ExplanationDrawer } from "./explanation.tsx";
import { Header } from "./header.tsx";
import { Margin } from "./margin.tsx";
import { AccountDrawer } from "./margin-account.tsx";
import { Movers } from "./movers.tsx";
import { NetCapital } from "./net-capital.tsx";
import { Standing } from "./standing.tsx";
import { Stress } from "./stress.tsx";
import { useStore } from "./store.ts";
import { Waterfall } from "./waterfall.tsx";

/** What is open at the side: why a figure is what it is, or an account. */
type Opened = { readonly line: string; readonly account?: never } | { readonly account: string; readonly line?: never };

export function App() {
  const { connection, status, netCapital, margin } = useStore();
  const [opened, setOpened] = useState<Opened>();
  const opener = useRef<Element | null>(null);

  const open = useCallback((next: Opened) => {
    opener.current = document.activeElement;
    setOpened(next);
  }, []);
  const explain = useCallback((line: string) => open({ line }), [open]);
  const openAccount = useCallback((account: string) => open({ account }), [open]);
  const close = useCallback(() => {
    setOpened(undefined);
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
          <Events zone={status.timeZone} explain={explain} open={openAccount} />
        </div>
        <Margin zone={status.timeZone} open={openAccount} />
        {typeof margin?.rulebook === "string" && <Stress zone={status.timeZone} />}
      </main>
      {opened?.line !== undefined && (
        <ExplanationDrawer code={opened.line} seq={netCapital.seq} zone={status.timeZone} close={close} />
      )}
      {opened?.account !== undefined && (
        <AccountDrawer account={opened.account} seq={netCapital.seq} zone={status.timeZone} close={close} />
      )}
    </div>
  );
}

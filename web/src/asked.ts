/** What the page asks of the server beside the stream: once, or again and again while it is looked at. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

interface Asked<T> {
  /** The last one; undefined before the first, and where there was a problem. */
  readonly answer: T | undefined;
  readonly problem: string | undefined;
  readonly ask: () => void;
}

/** The answer at `url`, and how to ask for it again. */
export function useAsked<T>(url: string): Asked<T> {
  const [answer, setAnswer] = useState<T>();
  const [problem, setProblem] = useState<string>();
  const asked = useRef(0);
  const ask = useCallback(() => {
    const ours = ++asked.current;
    const take = async (): Promise<void> => {
      try {
        const response = await fetch(url);
        const body = (await response.json()) as T & { readonly message?: string };
        if (ours !== asked.current) return;
        setAnswer(response.ok ? body : undefined);
        setProblem(response.ok ? undefined : body.message);
      } catch {
        if (ours === asked.current) setProblem("the server does not answer");
      }
    };
    void take();
  }, [url]);
  useEffect(ask, [ask]);
  return { answer, problem, ask };
}

/** The answer at `url`, asked for again every `ms`; the last one stays while there is no `url` to ask. */
export function usePolled<T>(url: string | undefined, ms: number): Pick<Asked<T>, "answer"> {
  const [answer, setAnswer] = useState<T>();
  useEffect(() => {
    if (url === undefined) return undefined;
    let timer = 0;
    let stopped = false;
    const ask = async (): Promise<void> => {
      const response = await fetch(url).catch(() => undefined);
      const body = response?.ok === true ? ((await response.json()) as T) : undefined;
      if (stopped) return;
      if (body !== undefined) setAnswer(body);
      timer = window.setTimeout(() => void ask(), ms);
    };
    void ask();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
    };
  }, [url, ms]);
  return { answer };
}

/** Whether some of the element is on the screen. */
export function useOnScreen(element: RefObject<Element | null>): boolean {
  const [isOnScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isOnScreen;
}

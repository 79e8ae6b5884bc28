/** Modules without types of their own: style sheets, and the one function of react-dom that the page uses. */
declare module "*.css";

declare module "react-dom/client" {
  import type { ReactNode } from "react";
  export function createRoot(container: Element): { render(children: ReactNode): void };
}

/** Starts the page: draws it, and opens the stream that feeds it. */
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { connect } from "./connection.ts";
import "./styles/index.css";

const root = document.querySelector("#root");
if (root !== null) createRoot(root).render(<App />);
connect();

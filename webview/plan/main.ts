import "../shared/base.css";
import "../shared/text.css";
import "../shared/controls.css";
import "../shared/narrow.css";
import "./plan.css";
import { registerElements } from "../shared/elements";
import { editorApi } from "../shared/rpcClient";
import { startPlanApp } from "./planApp";

registerElements();
startPlanApp(document, editorApi(), window);

import "../shared/base.css";
import "./plan.css";
import { registerElements } from "../shared/elements";
import { editorApi } from "../shared/rpcClient";
import { startPlanApp } from "./planApp";

registerElements();
startPlanApp(document, editorApi(), window);

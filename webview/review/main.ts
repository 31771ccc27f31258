import "../shared/base.css";
import "../shared/text.css";
import "../shared/controls.css";
import "../shared/narrow.css";
import "./evidence.css";
import "./diff.css";
import "./review.css";
import { registerElements } from "../shared/elements";
import { editorApi } from "../shared/rpcClient";
import { startReviewApp } from "./reviewApp";

registerElements();
startReviewApp(document, editorApi(), window);

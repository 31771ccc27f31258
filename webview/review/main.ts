import "../shared/base.css";
import "./review.css";
import { registerElements } from "../shared/elements";
import { editorApi } from "../shared/rpcClient";
import { startReviewApp } from "./reviewApp";

registerElements();
startReviewApp(document, editorApi(), window);

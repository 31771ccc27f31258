import { composeNode, translateFor } from "../compose";
import { nodeIo } from "./nodeIo";
import { runCli, type OpenEngine } from "./runCli";

/** The version in `package.json`, which the bundler puts here. */
declare const MASTERPLAN_VERSION: string;

/** A reader that went away, such as `head`, ends the program quietly. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const open: OpenEngine = (options) => composeNode({ ...options, proxies: process.env });

void runCli(process.argv.slice(2), nodeIo(MASTERPLAN_VERSION), open, translateFor).then((code) => {
  // What was printed is flushed first; what a stray handle holds open must not keep the process.
  process.stdout.write("", () => process.exit(code));
});

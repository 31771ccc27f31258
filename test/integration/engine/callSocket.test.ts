import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectCalls, serveCalls, type CallHandler } from "../../../src/adapters/node/writer/callSocket";

let folder: string;
let socketPath: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "masterplan-calls-"));
  socketPath =
    process.platform === "win32" ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, "s");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Answers with what it was given, and tells events that the test makes. */
function echo(): CallHandler & { tell(event: unknown): void; readonly listening: number } {
  const listeners = new Set<(event: unknown) => void>();
  return {
    call: (_method, params) => Promise.resolve(params),
    onEvent: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    tell: (event) => {
      for (const listener of listeners) listener(event);
    },
    get listening() {
      return listeners.size;
    },
  };
}

it("ST-82 whatever a text holds, it arrives, in a call and in its answer", async () => {
  const server = await serveCalls(socketPath, echo());
  const client = await connectCalls(socketPath);
  const text = "one\u2028two\u2029three\r\nfour\u0085five\u{1f600} é".repeat(5_000);
  expect(await client?.call("echo", { text })).toEqual({ text });
  client?.close();
  await server.close();
});

it("ST-83 a process that goes away in the middle of being told something harms nobody else", async () => {
  const handler = echo();
  const server = await serveCalls(socketPath, handler);
  // A follower that does not read what it is sent, and is gone with all of it unread: the writer is told by an error.
  const stopped = net.createConnection(socketPath);
  await once(stopped, "connect");
  stopped.pause();
  await expect.poll(() => handler.listening).toBe(1);
  for (let n = 0; n < 20; n += 1) handler.tell({ n, text: "x".repeat(1_000) });
  stopped.destroy();
  await expect.poll(() => handler.listening).toBe(0);
  const client = await connectCalls(socketPath);
  expect(await client?.call("echo", 1)).toBe(1);
  client?.close();
  await server.close();
});

it("ST-83 a call whose answer cannot come any more is refused, and so is every later one", async () => {
  const taken: net.Socket[] = [];
  const writer = net.createServer({ pauseOnConnect: true }, (socket) => taken.push(socket));
  await new Promise<void>((resolve) => writer.listen(socketPath, resolve));
  const client = await connectCalls(socketPath);
  if (client === null) throw new Error("nobody answers");
  let lost = 0;
  client.onLost(() => (lost += 1));
  const refused = expect(client.call("echo", "x".repeat(1_000))).rejects.toMatchObject({
    code: "store.busy",
  });
  await expect.poll(() => taken.length).toBe(1);
  // Gone with the call unread.
  taken[0]?.destroy();
  await refused;
  await expect.poll(() => lost).toBe(1);
  await expect(client.call("echo", 2)).rejects.toMatchObject({ code: "store.busy" });
  await new Promise<void>((resolve) => writer.close(() => resolve()));
});

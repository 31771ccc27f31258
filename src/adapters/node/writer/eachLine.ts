import type { Socket } from "node:net";

const newline = 10;
const maxLineBytes = 64 * 1024 * 1024;

/**
 * Hands over what arrives line by line. Only a line feed ends one: JSON text may hold every other character that looks
 * like an end of line. A peer that sends an endless one is cut off.
 */
export function eachLine(socket: Socket, take: (line: string) => void): void {
  let begun: Buffer[] = [];
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, at)]).toString("utf8");
      begun = [];
      bytes = 0;
      from = at + 1;
      take(line);
    }
    if (from === chunk.length) return;
    begun.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxLineBytes) socket.destroy();
  });
}

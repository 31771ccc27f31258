// @ts-check
import { createServer } from "node:net";

/**
 * A port of the loopback address that nothing listens on at this moment.
 * @overload
 * @returns {Promise<number>}
 */
/**
 * The wanted port when it is free.
 * @overload
 * @param {number} wanted
 * @returns {Promise<number | undefined>}
 */
/**
 * @param {number} [wanted]
 * @returns {Promise<number | undefined>}
 */
export function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (wanted === undefined) reject(error);
      else resolve(undefined);
    });
    server.listen(wanted ?? 0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("The system gave no port"));
        else resolve(address.port);
      });
    });
  });
}

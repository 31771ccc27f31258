import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface TunnelProxy {
  readonly url: string;
  /** What it was asked to reach, as `host:port`. */
  readonly asked: readonly string[];
  /** Headers of the requests for a tunnel: all that a proxy gets to see of a request. */
  readonly headers: readonly IncomingMessage["headers"][];
  close(): Promise<void>;
}

/** A real proxy on loopback, which leads every tunnel to `target`: names that nobody knows are known to it. */
export async function startTunnelProxy(target: { readonly port: number }): Promise<TunnelProxy> {
  const asked: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on("connect", (request, socket: Socket, head) => {
    asked.push(request.url ?? "");
    headers.push(request.headers);
    const line = connect(target.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      line.write(head);
      line.pipe(socket).pipe(line);
    });
    for (const one of [socket, line]) {
      sockets.add(one);
      one.on("error", () => one.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

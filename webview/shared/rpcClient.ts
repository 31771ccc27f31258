import type { RpcEvent, RpcResponse, WireError } from "../../src/protocol/rpc";

/** What the editor gives a page; the only way out of it. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** May be called once per page load. */
export function editorApi(): EditorApi {
  return acquireVsCodeApi();
}

/** A request that the host answered with an error. */
export class RequestFailed extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = "RequestFailed";
    this.wire = wire;
  }
}

type Method<Host> = keyof Host & string;
type ParamsOf<Call> = Call extends (params: infer Params) => unknown ? Params : never;
type ValueOf<Call> = Call extends (params: never) => Promise<infer Value> ? Value : never;

export interface RpcClient<Host, Events> {
  /** Rejects with `RequestFailed`. */
  request<M extends Method<Host>>(method: M, params: ParamsOf<Host[M]>): Promise<ValueOf<Host[M]>>;
  on<N extends keyof Events & string>(name: N, listener: (payload: Events[N]) => void): void;
}

/** Ties requests to their answers. `inbox` is where messages of the host arrive: the window. */
export function createRpcClient<Host, Events>(
  api: Pick<EditorApi, "postMessage">,
  inbox: Pick<Window, "addEventListener">,
): RpcClient<Host, Events> {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, ((payload: never) => void)[]>();
  let last = 0;

  inbox.addEventListener("message", (message: MessageEvent) => {
    const data = message.data as RpcResponse | RpcEvent | undefined;
    if (data?.kind === "response") {
      const request = open.get(data.id);
      open.delete(data.id);
      if (data.ok) request?.resolve(data.value);
      else request?.reject(new RequestFailed(data.error));
    } else if (data?.kind === "event") {
      for (const listener of listeners.get(data.name) ?? []) listener(data.payload as never);
    }
  });

  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        last += 1;
        open.set(last, { resolve: resolve, reject });
        api.postMessage({ kind: "request", id: last, method, params });
      }),
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
  };
}

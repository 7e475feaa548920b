import { startFaultProxy, type FaultProxy } from "../../../sandbox/fault-proxy.ts";

/** A proxy in front of a server, and the server's address through it. */
export interface RelayedServer extends FaultProxy {
  readonly url: string;
}

/** Passes on what arrives at an address of ours, so that other hosts reach what listens on loopback alone. */
export const startLine = async (target: string, at = "127.0.0.1"): Promise<RelayedServer> => {
  const { hostname, port } = new URL(target);
  const line = await startFaultProxy({ target: { host: hostname, port: Number(port) }, host: at });
  const url = new URL(target);
  url.hostname = at;
  url.port = String(line.port);
  return { ...line, url: url.href.replace(/\/$/, "") };
};

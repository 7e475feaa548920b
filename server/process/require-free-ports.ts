import { createServer } from "node:net";
import type { Env } from "../platform/env.ts";
import { StartError } from "./explain-start-error.ts";

interface WantedPort {
  /** The environment variable that sets it. */
  readonly setting: string;
  readonly port: number;
  readonly host: string;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** Binds the port for a moment: the error code if that fails, undefined if the port is free. */
const bindErrorOf = ({ port, host }: WantedPort): Promise<unknown> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(codeOf(error)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });

const advice = (wanted: readonly (WantedPort & { readonly code: unknown })[]): string =>
  wanted
    .map(({ setting, port, host, code }) => {
      if (code === "EADDRINUSE")
        return `Port ${port} is in use: stop what listens there, or set ${setting} to another.`;
      if (code === "EACCES")
        return `Port ${port} may not be used without more rights: set ${setting} to one above 1023.`;
      return `Nothing can listen at ${host}:${port} (${String(code)}): set HOST to an address of this machine.`;
    })
    .join("\n");

/** The ports that this configuration will listen on. */
export const wantedPorts = (env: Env): readonly WantedPort[] => [
  { setting: "PORT", port: env.PORT, host: env.HOST },
  ...(env.NEXUS_HEALTH_PORT === undefined
    ? []
    : [{ setting: "NEXUS_HEALTH_PORT", port: env.NEXUS_HEALTH_PORT, host: env.HOST }]),
  ...(env.TOPOLO_AUTH_URL ? [] : [{ setting: "AUTH_PORT", port: env.AUTH_PORT, host: env.HOST }]),
  ...((env.NEXUS_SANDBOX ?? env.NODE_ENV !== "production")
    ? [{ setting: "SANDBOX_PORT", port: env.SANDBOX_PORT, host: "127.0.0.1" }]
    : []),
];

/** The ports that cannot be bound, with the error code. */
export const takenPorts = async (
  wanted: readonly WantedPort[],
): Promise<readonly (WantedPort & { readonly code: unknown })[]> => {
  const tried = await Promise.all(wanted.map(async (port) => ({ ...port, code: await bindErrorOf(port) })));
  return tried.filter(({ code }) => code !== undefined);
};

/** Two of our own parts on one port: without this check, the second one would fail only when it starts. */
const requireDifferent = (wanted: readonly WantedPort[]): void => {
  for (const [index, { setting, port }] of wanted.entries()) {
    const other = wanted.slice(0, index).find((earlier) => earlier.port === port);
    if (other) throw new StartError(`${other.setting} and ${setting} are both ${port}: set one of them to another.`);
  }
};

/**
 * Refuses to start, before anything else happens, if a port is taken. Several gateway processes listen with `reusePort`, and
 * would otherwise share the port with another program without an error.
 */
export const requireFreePorts = async (wanted: readonly WantedPort[]): Promise<void> => {
  requireDifferent(wanted);
  const refused = await takenPorts(wanted);
  if (refused.length > 0) throw new StartError(advice(refused));
};

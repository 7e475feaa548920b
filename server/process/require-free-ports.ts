import { createServer } from "node:net";
import type { Env } from "../platform/env.ts";
import { StartError } from "./explain-start-error.ts";

interface WantedPort {
  /** The setting that names it. */
  readonly setting: string;
  readonly port: number;
  readonly host: string;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const tryPort = ({ port, host }: WantedPort): Promise<unknown> =>
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

/** The ports that this configuration binds. */
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

/** Those on which something listens, or nothing can. */
export const takenPorts = async (
  wanted: readonly WantedPort[],
): Promise<readonly (WantedPort & { readonly code: unknown })[]> => {
  const tried = await Promise.all(wanted.map(async (port) => ({ ...port, code: await tryPort(port) })));
  return tried.filter(({ code }) => code !== undefined);
};

/** The last of our parts to come up would otherwise find its port taken by another of them. */
const requireDifferent = (wanted: readonly WantedPort[]): void => {
  for (const [index, { setting, port }] of wanted.entries()) {
    const other = wanted.slice(0, index).find((earlier) => earlier.port === port);
    if (other) throw new StartError(`${other.setting} and ${setting} are both ${port}: set one of them to another.`);
  }
};

/** Says before anything is started which ports are taken; several gateway processes would otherwise share one silently. */
export const requireFreePorts = async (wanted: readonly WantedPort[]): Promise<void> => {
  requireDifferent(wanted);
  const refused = await takenPorts(wanted);
  if (refused.length > 0) throw new StartError(advice(refused));
};

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FaultRule } from "../../sandbox/script.ts";
import { compiledCode } from "../../test/compiled-code.ts";

export type OracleVendor = "openai" | "anthropic" | "google";

/** The vendors, as far as they can be told how to behave. */
export interface VendorScript {
  readonly script: (rule: FaultRule) => Promise<void>;
  /** Number of the last request. */
  readonly lastSeq: () => Promise<number>;
  /** The vendor's first request after a number that met this fault; undefined while there is none. */
  readonly met: (vendor: OracleVendor, fault: string, afterSeq: number) => Promise<MetRequest | undefined>;
  /** Those that are about to fail: in one way at a time, so that no fault hides another. */
  readonly busy: Set<OracleVendor>;
}

/** A request that met a fault, as the vendor has it. */
export interface MetRequest {
  readonly vendor: string;
  readonly faults: readonly string[];
  readonly billed: boolean;
}

/** The vendors, in their own process. */
export interface VendorProcess extends VendorScript {
  readonly baseUrls: Readonly<Record<OracleVendor, string>>;
  readonly stop: () => Promise<void>;
}

/** Printed by oracle-vendor.ts and nothing else. */
const asAnnouncement = (value: unknown) => value as Pick<VendorProcess, "baseUrls">;

/** The control routes of our own sandbox. */
const asPage = (value: unknown) => value as { readonly requests: readonly MetRequest[] };
const asHealth = (value: unknown) => value as { readonly seq: number };

export const startVendors = async (args: readonly string[]): Promise<VendorProcess> => {
  const child = fork(join(import.meta.dirname, "oracle-vendor.ts"), args, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, ...compiledCode },
  });
  if (!child.stdout) throw new Error("the vendors have no output");
  const [line]: unknown[] = await once(createInterface(child.stdout), "line");
  const { baseUrls } = asAnnouncement(JSON.parse(String(line)));
  const control = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(new URL(`/__sandbox/${path}`, baseUrls.openai), init);
    if (!response.ok) throw new Error(`the vendors refuse ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    baseUrls,
    script: async (rule) => {
      await control("script", { method: "POST", body: JSON.stringify(rule) });
    },
    lastSeq: async () => asHealth(await control("health")).seq,
    busy: new Set(),
    met: async (vendor, fault, afterSeq) => {
      const { requests } = asPage(await control(`requests?after=${afterSeq}&limit=10000`));
      return requests.find((request) => request.vendor === vendor && request.faults.includes(fault));
    },
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
};

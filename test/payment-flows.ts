import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { createNexusClient, type NexusClient } from "../client-sdk/src/index.ts";
import type { CallContext } from "../server/contracts/call-context.ts";
import { syncApps } from "../server/domain/apps/index.ts";
import { openTestDoors, type TestDoors } from "./typed-doors.ts";

/** The doors with apps behind them that take payments, and their typed client. */
export interface PaymentFlows {
  readonly doors: TestDoors;
  readonly client: NexusClient;
  /** A service of Topolo's own, which acts for the organization with the slug `topolo` and for no person. */
  readonly asService: (appId: string) => CallContext;
}

export const openPaymentFlows = async (apps: readonly string[]): Promise<PaymentFlows> => {
  const doors = await openTestDoors();
  await syncApps(
    doors.deps,
    apps.map((id) => ({ id, name: id, kind: "application" })),
  );
  await doors.refresh();
  return {
    doors,
    client: createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } }),
    asService: (appId) =>
      doors.callAs({
        actor: { kind: "service", tokenId: "tok_1", userId: undefined },
        organizationSlug: "topolo",
        appId,
        userId: undefined,
        keyId: "tok_1",
      }),
  };
};

/** The same for a suite of one vendor's flows: opened before its tests, emptied between them, and closed after them. */
export const paymentFlowsOfSuite = (): PaymentFlows => {
  let opened: PaymentFlows | undefined;
  const flows = (): PaymentFlows => {
    if (opened === undefined) throw new Error("the suite has not begun");
    return opened;
  };
  beforeAll(async () => {
    opened = await openPaymentFlows(["srv_topoloone", "srv_topolopay"]);
  });
  afterAll(() => flows().doors.close());
  beforeEach(() => flows().doors.sandbox.reset());
  return {
    get doors() {
      return flows().doors;
    },
    get client() {
      return flows().client;
    },
    get asService() {
      return flows().asService;
    },
  };
};

/** An answer that says that it was done. */
export const mustBeDone = <T extends { readonly effect: string }>(
  answer: T,
): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

/** What a payer does on a vendor's page; gives where they are sent. */
export const submitPage = async (url: string | null | undefined, form: Record<string, string>): Promise<URL> => {
  const response = await fetch(url ?? "", { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  expect(response.status).toBe(303);
  return new URL(response.headers.get("location") ?? "");
};

interface Approved {
  readonly approval: { readonly kind: string; readonly url?: string } | null;
}

/** The page on which a payer approves an order. */
export const pageOfOrder = ({ approval }: Approved): string | undefined =>
  approval?.kind === "redirect" ? approval.url : undefined;

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

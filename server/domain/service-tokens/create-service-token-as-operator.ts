import { z } from "zod";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Pepper } from "../../platform/crypto/index.ts";
import { emitSystemAudit } from "../audit/index.ts";
import { makeServiceToken } from "./make-service-token.ts";
import {
  auditedToken,
  GrantedApps,
  GrantedOrganizations,
  GrantedPermissions,
  TokenLabel,
  viewServiceToken,
  type IssuedServiceToken,
} from "./service-token-view.ts";
import { inTransaction, insertServiceToken } from "./store.ts";

export const CreateServiceTokenAsOperatorInput = z.strictObject({
  label: TokenLabel,
  organizations: GrantedOrganizations,
  apps: GrantedApps,
  permissions: GrantedPermissions,
  expiresAt: z.date().nullable().default(null),
  origin: z
    .string()
    .min(1)
    .max(100)
    .default("operator")
    .describe("Who acts in the platform's name, for the audit trail."),
});
export type CreateServiceTokenAsOperatorInput = z.input<typeof CreateServiceTokenAsOperatorInput>;

/** Issues a token in the platform's own name: for the first run and the operators' command line. */
export const createServiceTokenAsOperator = async (
  deps: Pick<Deps, "db" | "clock"> & { readonly pepper: Pepper },
  input: CreateServiceTokenAsOperatorInput,
): Promise<IssuedServiceToken> => {
  const { origin, ...parsed } = parseInput(CreateServiceTokenAsOperatorInput, input);
  const createdAt = new Date(deps.clock.now());
  const { row, raw } = makeServiceToken(deps.pepper, {
    ...parsed,
    organizationId: null,
    createdBy: origin,
    createdAt,
  });
  await inTransaction(deps.db.pool, async (tx) => {
    await insertServiceToken(tx, row);
    await emitSystemAudit(tx, origin, { action: "service-token.create", target: row.id, details: auditedToken(row) });
  });
  return { serviceToken: viewServiceToken(row), token: raw.reveal() };
};

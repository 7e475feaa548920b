import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { emitSystemAudit } from "../audit/index.ts";
import type { Pepper } from "../../platform/crypto/index.ts";
import { RevokeServiceTokenInput } from "./revoke-service-token.ts";
import { rotated, RotateServiceTokenInput } from "./rotate-service-token.ts";
import {
  auditedToken,
  viewServiceToken,
  type IssuedServiceToken,
  type ServiceTokenView,
} from "./service-token-view.ts";
import { inTransaction, lockAny, replaceDigest, revokeAny, selectAllServiceTokens } from "./store.ts";

const most = 1_000;

/** The newest thousand tokens of all organizations and of the operators. */
export const listServiceTokensAsOperator = async (deps: Pick<Deps, "db">): Promise<readonly ServiceTokenView[]> =>
  (await selectAllServiceTokens(deps.db.pool, most)).map(viewServiceToken);

/** Ends a token of whichever organization, from the operators' command line. */
export const revokeServiceTokenAsOperator = async (
  deps: Pick<Deps, "db" | "clock">,
  origin: string,
  input: RevokeServiceTokenInput,
): Promise<ServiceTokenView> => {
  const { id } = parseInput(RevokeServiceTokenInput, input);
  return inTransaction(deps.db.pool, async (tx) => {
    const row = await revokeAny(tx, id, new Date(deps.clock.now()));
    if (row === undefined) throw new NexusError("NOT_FOUND");
    await emitSystemAudit(tx, origin, { action: "service-token.revoke", target: id, details: { label: row.label } });
    return viewServiceToken(row);
  });
};

/** Gives a token of whichever organization a successor, from the operators' command line. */
export const rotateServiceTokenAsOperator = async (
  deps: Pick<Deps, "db" | "clock"> & { readonly pepper: Pepper },
  origin: string,
  input: RotateServiceTokenInput,
): Promise<IssuedServiceToken> => {
  const { id, overlapMs } = parseInput(RotateServiceTokenInput, input);
  return inTransaction(deps.db.pool, async (tx) => {
    const { row, raw } = rotated(deps, await lockAny(tx, id), overlapMs);
    await replaceDigest(tx, row);
    await emitSystemAudit(tx, origin, { action: "service-token.rotate", target: id, details: auditedToken(row) });
    return { serviceToken: viewServiceToken(row), token: raw.reveal() };
  });
};

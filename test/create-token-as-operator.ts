import { operatorNamed } from "../server/contracts/operator.ts";
import { createServiceToken, type KnownGrants, type ServiceTokenDeps } from "../server/domain/service-tokens/index.ts";

/** A service token as an operator issues it, with permissions that are known because the test names them. */
export const createTokenAsOperator = (
  deps: ServiceTokenDeps & Pick<KnownGrants, "directory">,
  grant: {
    readonly label: string;
    readonly organizations: "all" | string[];
    readonly permissions: string[];
    readonly apps?: "all" | string[];
  },
) => createServiceToken({ ...deps, knownPermissions: new Set(grant.permissions) }, operatorNamed("test"), grant);

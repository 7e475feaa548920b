import type { Actor } from "../../contracts/operator.ts";

/** The id of an actor in the audit trail. */
export const actorIdOf = (actor: Actor): string => {
  switch (actor.kind) {
    case "user":
      return actor.userId;
    case "api_key":
      return actor.keyId;
    case "service":
      return actor.tokenId;
    case "operator":
      return actor.name;
  }
};

import type { ClientRow } from "./store.ts";

/**
 * Whether people are asked before the client gets their tokens: those of third parties, and programs on somebody's
 * machine. The others are our own, on our own pages.
 */
export const needsConsent = ({ firstParty, type }: Pick<ClientRow, "firstParty" | "type">): boolean =>
  !firstParty || type === "native";

/** Whether they are asked anew each time: by a program on somebody's machine, and by an app without a registration. */
export const asksEachTime = ({ type, document }: Pick<ClientRow, "type" | "document">): boolean =>
  type === "native" || document !== null;

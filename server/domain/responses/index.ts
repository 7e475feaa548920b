export {
  addConversationItems,
  createConversation,
  deleteConversation,
  deleteConversationItem,
  getConversation,
  getConversationItem,
  listConversationItems,
  setConversationMetadata,
  type KeptConversation,
} from "./conversations.ts";
export { findItems } from "./find-items.ts";
export {
  askToCancelAnswer,
  deleteKeptAnswer,
  listKeptAnswers,
  readKeptAnswer,
  requireEndable,
  type KnownAnswer,
  type ReadAnswer,
} from "./kept-answers.ts";
export { keptOutput } from "./kept-response.ts";
export { wordsOfItems } from "./words-of-items.ts";
export { createKeepResponse, type KeepResponse, type NewResponse } from "./keep-response.ts";
export { keepingBounds } from "./keeping-bounds.ts";
export { keptId, rowIdOf } from "../../contracts/kept-id.ts";
export { interactionKind, responseKind, type KeptKind } from "./kept-kind.ts";
export {
  askToCancel,
  beginRunning,
  endRunning,
  keepEvents,
  noteRunning,
  noteStarted,
  readEvents,
  requireRoomToRun,
  type NumberedEvents,
  type RunningTurn,
} from "./running-response.ts";
export { isEnded, type KeptStatus } from "../../contracts/kept-status.ts";
export { keeperOf, type Owner } from "./keeper-of.ts";
export { pruneResponses } from "./prune-responses.ts";
export { readConversation, readHistory } from "./read-history.ts";
export { deleteResponse, readInputItems, readResponse, type FoundResponse } from "./read-response.ts";
export type { ResponsesDeps, WireObject } from "./responses-deps.ts";

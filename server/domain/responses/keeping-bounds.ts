/** What is kept, and for how long. */
export const keepingBounds = {
  /** After its last use. */
  days: 30,
  /** The most one request may bring for it to be kept. */
  bytesOfInput: 8 * 1024 * 1024,
  /** The most that a conversation may have grown to when it is gone on with: as much as a request may weigh. */
  bytesOfHistory: 24 * 1024 * 1024,
  turnsOfHistory: 1_000,
  itemsOfConversation: 10_000,
  itemsAtOnce: 20,
  /** Of an organization; beyond, the oldest go first. */
  responses: 100_000,
  bytesOfResponses: 4 * 1024 * 1024 * 1024,
  conversations: 10_000,
  /** Of responses that go on without their callers: of an organization at a time. */
  running: 50,
  /** Of one of them, all its events together. */
  bytesOfEvents: 16 * 1024 * 1024,
  /** How long its process may be silent. */
  aliveMs: 30_000,
} as const;

import type { MessagesRule } from "./messages-rule.ts";
import { limitRules } from "./rules-limits.ts";
import { mediaRules } from "./rules-media.ts";
import { conversationRules } from "./rules-messages.ts";
import { countFits, messagesFit } from "./rules-shape.ts";
import { claudeThinkingRules } from "./rules-thinking.ts";
import { toolRules } from "./rules-tools.ts";

const content: readonly MessagesRule[] = [...conversationRules, ...toolRules, ...mediaRules];

/** Everything that POST /messages refuses, in the order in which it is looked at. */
export const messagesRules: readonly MessagesRule[] = [messagesFit, ...content, ...claudeThinkingRules, ...limitRules];

/** What POST /messages/count_tokens refuses: a request need not be fit to be answered. */
export const countTokensRules: readonly MessagesRule[] = [countFits, ...content];

import type { NexusOutputs } from "@topolo/nexus-client";
import type { Tone } from "../../_ui/badge.tsx";

export type ListedApp = NexusOutputs["apps"]["list"]["apps"][number];

/** What is known of how an app calls, and what to do about it. */
export interface AppStanding {
  readonly tone: Tone;
  readonly word: string;
  readonly sentence: string;
  /** The page that says what to do; undefined where nothing is to be done. */
  readonly help: string | undefined;
}

const dayMs = 86_400_000;
const silentAfterDays = 7;

/** What an app's calls say of it. Silence proves nothing: it may have nothing to ask, or ask vendors itself. */
export const standingOf = ({ enabled, registered, lastSeenAt }: ListedApp, now: Date): AppStanding => {
  if (!enabled)
    return {
      tone: "warn",
      word: "switched off",
      sentence: "Its calls for this organization are refused.",
      help: undefined,
    };
  if (!registered)
    return {
      tone: "bad",
      word: "not registered",
      sentence: "Topolo Auth's catalogue does not have it any more: new calls are not attributed to it.",
      help: "/docs/recipes/register-an-app",
    };
  if (lastSeenAt === null)
    return {
      tone: "plain",
      word: "no call yet",
      sentence:
        "It has never called for this organization. If it is in use, it bypasses Nexus and calls vendors directly.",
      help: "/docs/failures/bypassed-gateway",
    };
  const days = Math.floor((now.getTime() - Date.parse(lastSeenAt)) / dayMs);
  if (days >= silentAfterDays)
    return {
      tone: "warn",
      word: "may bypass Nexus",
      sentence: `It has not called for ${days} days. If it is in use, it calls vendors directly.`,
      help: "/docs/failures/bypassed-gateway",
    };
  return { tone: "good", word: "attributed", sentence: "Its calls are attributed to it.", help: undefined };
};

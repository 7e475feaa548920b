/** Why somebody stands at the entrance. */
export type Reason = "signed-out" | "ended" | "incomplete" | "loop" | "refused" | "failed";

interface Explanation {
  readonly tone: "plain" | "warn" | "bad";
  readonly text: string;
}

/** What each reason means to the person who reads it. */
export const reasonTexts: Readonly<Record<Reason, Explanation>> = {
  "signed-out": { tone: "plain", text: "You are signed out, here and in the other Topolo apps of this browser." },
  ended: { tone: "plain", text: "You were signed out in another app or window." },
  incomplete: {
    tone: "warn",
    text: "Topolo Auth could not be told that you signed out: your session there may still be open.",
  },
  loop: {
    tone: "warn",
    text: "Signing in did not hold. Does this browser refuse cookies of Topolo Auth? Allow them, then sign in again.",
  },
  refused: { tone: "bad", text: "Topolo Auth did not let you in. Nobody was signed in." },
  failed: { tone: "bad", text: "The sign-in was interrupted before it was complete. Start again." },
};

const isReason = (text: string): text is Reason => Object.hasOwn(reasonTexts, text);

/** Our own reasons by name; codes of the sign-in library in words of ours; anything else is an interruption. */
export const reasonOf = (reason: string | undefined, error: string | undefined): Reason | undefined => {
  if (error !== undefined) return error === "AccessDenied" ? "refused" : "failed";
  return reason !== undefined && isReason(reason) ? reason : undefined;
};

/** Why somebody sees the welcome page. */
export type Reason = "signed-out" | "ended" | "incomplete" | "loop" | "refused" | "failed";

interface Explanation {
  readonly tone: "plain" | "warn" | "bad";
  readonly text: string;
}

/** What each reason means to the person who reads it. */
export const reasonTexts: Readonly<Record<Reason, Explanation>> = {
  "signed-out": { tone: "plain", text: "You are signed out here and in the other Topolo apps in this browser." },
  ended: { tone: "plain", text: "You were signed out in another app or window." },
  incomplete: {
    tone: "warn",
    text: "Topolo Auth could not be reached, so your session there may still be open.",
  },
  loop: {
    tone: "warn",
    text: "You could not be kept signed in. Allow cookies for Topolo Auth in this browser, then sign in again.",
  },
  refused: { tone: "bad", text: "Topolo Auth refused the sign-in." },
  failed: { tone: "bad", text: "The sign-in was interrupted. Start again." },
};

const isReason = (text: string): text is Reason => Object.hasOwn(reasonTexts, text);

/** Our own reasons by name; codes of the sign-in library in words of ours; anything else is an interruption. */
export const reasonOf = (reason: string | undefined, error: string | undefined): Reason | undefined => {
  if (error !== undefined) return error === "AccessDenied" ? "refused" : "failed";
  return reason !== undefined && isReason(reason) ? reason : undefined;
};

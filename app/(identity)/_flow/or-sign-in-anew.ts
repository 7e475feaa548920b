import { authRefusalOf } from "../_api/auth-refusal.ts";
import { leave } from "./leave.ts";

/** Waits for Auth's answer; where it wants the person to show again who they are, the browser does that and comes back. */
export const orSignInAnew = async <T>(here: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (authRefusalOf(error).code === "reauthentication_required")
      leave(`/sign-in?${new URLSearchParams({ prompt: "login", return_to: here })}`);
    throw error;
  }
};

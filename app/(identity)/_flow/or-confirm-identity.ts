import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { leave } from "./leave.ts";
import { thenReturn } from "./return-to.ts";

/** Waits for Auth's answer; where it wants the person to show again who they are, the browser does that and comes back. */
export const orConfirmIdentity = async <T>(here: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (authRefusalOf(error).code === "reauthentication_required") leave(thenReturn("/confirm-identity", here));
    throw error;
  }
};

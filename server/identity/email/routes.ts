import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress, signedIn, verifiedAddress } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { mailWorks } from "../mail/mail-works.ts";
import { changeEmail, ChangeEmailInput } from "./change-email.ts";
import {
  EmailAddressInput,
  ConfirmLinkInput,
  confirmAddress,
  confirmChange,
  previewLink,
  resendVerification,
  LinkTokenInput,
} from "./verify-email.ts";

/** Showing that an address is one's own, and changing it. */
export const emailRoutes: readonly AuthRoute[] = [
  route
    .post("/email/links/preview")
    .step(limitPerAddress("email"))
    .step(allowedOrigin)
    .step(json(LinkTokenInput))
    .answer(previewLink),
  route
    .post("/email/verify")
    .step(limitPerAddress("email"))
    .step(allowedOrigin)
    .step(json(ConfirmLinkInput))
    .answer(confirmAddress),
  route
    .post("/email/verify/resend")
    .step(limitPerAddress("mail"))
    .step(allowedOrigin)
    .step(mailWorks)
    .step(json(EmailAddressInput))
    .answer(resendVerification),
  route
    .post("/email/change/confirm")
    .step(limitPerAddress("email"))
    .step(allowedOrigin)
    .step(json(ConfirmLinkInput))
    .answer(confirmChange),
  route
    .post("/api/me/email")
    .step(limitPerAddress("mail"))
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .step(mailWorks)
    .step(json(ChangeEmailInput))
    .answer(changeEmail),
];

"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useCallback, useEffect, useEffectEvent, useRef } from "react";
import { browserOffersPasskeys, signInWithPasskey, stopWaiting } from "../../_auth-api/passkeys.ts";
import type { SecondFactorChallenge } from "../../_auth-api/sign-in.ts";

// A challenge lives five minutes; the offer is renewed before that.
const renewMs = 4 * 60_000;

/**
 * Offers passkeys among the suggestions of the e-mail field. Failing at that is no matter: the button does the same.
 * Tells whether this browser knows passkeys at all, and how to offer anew after another ceremony.
 */
export const usePasskeyAutofill = (
  onSignedIn: (pending: SecondFactorChallenge | undefined) => void,
): readonly [boolean, () => void] => {
  const signedIn = useEffectEvent(onSignedIn);
  const offering = useRef<() => void>(undefined);

  useEffect(() => {
    let current = true;
    const offer = async (): Promise<void> => {
      if (!(await browserOffersPasskeys()) || !current) return;
      const pending = await signInWithPasskey({ autofill: true });
      if (current) signedIn(pending);
    };
    // A new ceremony ends the one that waits, so offering anew renews.
    const offerAnew = (): void => {
      offer().catch(() => undefined);
    };
    offering.current = offerAnew;
    offerAnew();
    const timer = setInterval(offerAnew, renewMs);
    return () => {
      current = false;
      clearInterval(timer);
      stopWaiting();
    };
  }, []);

  const again = useCallback(() => offering.current?.(), []);
  return [browserSupportsWebAuthn(), again];
};

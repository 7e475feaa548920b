"use client";

import { useEffect } from "react";
import { fetchCurrentUser, type CurrentUser } from "../../_auth-api/session.ts";
import { useAuthQuery } from "./use-auth-query.ts";

const againMs = 4_000;

/** Whether somebody is signed in. Only Auth's clear no counts as signed out; its silence is query again. */
export type Presence<T = CurrentUser> =
  | { readonly state: "asking" }
  | { readonly state: "in"; readonly me: T }
  | { readonly state: "out" }
  | { readonly state: "unavailable"; readonly retry: () => void };

/** Asks as the person of this browser; a refusal for want of a session means that nobody is signed in. */
export const usePresence = <T>(question: () => Promise<T>): Presence<T> => {
  const [query, again] = useAuthQuery(question);
  const isOut = query.state === "refused" && /^(unauthenticated|session_missing)$/.test(query.refusal.code);
  const silence = query.state === "refused" && !isOut ? query.refusal : undefined;

  useEffect(() => {
    if (silence === undefined) return undefined;
    const timer = setTimeout(again, againMs);
    return () => clearTimeout(timer);
  }, [silence, again]);

  if (query.state === "answered") return { state: "in", me: query.answer };
  if (isOut) return { state: "out" };
  return silence !== undefined ? { state: "unavailable", retry: again } : { state: "asking" };
};

export const useCurrentUser = (): Presence => usePresence(fetchCurrentUser);

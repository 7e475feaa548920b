"use client";

import { skipToken } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useMemo } from "react";
import { admits, type Audience } from "../(dashboard)/_shell/audience.ts";
import { membersPathFor, readMembers } from "../(dashboard)/members/organization-people.ts";
import { useSession } from "../_session/session-provider.tsx";
import { useAuthAnswer } from "./use-auth-answer.ts";
import { useAnswer } from "./use-answer.ts";

const everyMs = 300_000;
const mostMembers = 100;

/** What people call what has an id. An id that nobody knows stays what it is. */
export interface Names {
  readonly app: (id: string) => string;
  /** A person, or a service token. */
  readonly actor: (id: string) => string;
}

/** What an id is of, where its name is nobody's here to see: operators' tokens, and people who have left. */
const kindOf = (id: string): string => {
  if (id.startsWith("nst_")) return `a service token (…${id.slice(-6)})`;
  return id.startsWith("usr_") ? `a person (…${id.slice(-6)})` : id;
};

/** Names of the organization's apps, people and service tokens, as far as the reader may list them; one's own always. */
export const useNames = (): Names => {
  const { session } = useSession();
  const nexus = useNexus();
  const rarely = { refetchInterval: everyMs, staleTime: everyMs };
  const askedBy = (audience: Audience) => (admits(audience, session) ? {} : skipToken);
  const listed = useAnswer(nexus.apps.list.queryOptions(askedBy("members"), rarely)).data?.apps;
  const listedTokens = nexus.serviceTokens.list.queryOptions(askedBy("administrators"), rarely);
  const tokens = useAnswer(listedTokens).data?.serviceTokens;
  const people = useAuthAnswer(membersPathFor(session, mostMembers), readMembers).data;
  const self = session?.user;
  return useMemo(() => {
    const apps = new Map(listed?.map(({ id, name }) => [id, name]));
    const actors = new Map([
      ...(self === undefined ? [] : [[self.id, self.name || self.email] as const]),
      ...(people?.items ?? []).map(({ userId, name, email }) => [userId, name === "" ? email : name] as const),
      ...(tokens ?? []).map(({ id, label }) => [id, `${label} (service token)`] as const),
    ]);
    return { app: (id) => apps.get(id) ?? id, actor: (id) => actors.get(id) ?? kindOf(id) };
  }, [listed, tokens, people, self]);
};

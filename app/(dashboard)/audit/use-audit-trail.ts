"use client";

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useAnswer, type LiveAnswer } from "../../_data/use-answer.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { sinceOf } from "../time-range.ts";
import { authQueryOf, nexusFilterOf, type AuditChoice } from "./audit-choice.ts";
import { atEnd, mergeTrails, readPosition, type TrailPage } from "./merge-trails.ts";
import { authInWords } from "./auth-in-words.ts";
import { nexusEvent, readAuthEvents, type TrailEvent } from "./trail-event.ts";

const pageSize = 50;
const liveEveryMs = 15_000;

const nothing: TrailPage = { events: [] };

/** A page of what was changed in Nexus and in Topolo Auth, by time. */
export const useAuditTrail = (
  choice: AuditChoice,
  before: string | undefined,
): LiveAnswer<{ readonly events: readonly TrailEvent[]; readonly next: string | undefined }> => {
  const nexus = useNexusClient();
  const ask = useAskAuth();
  const { session } = useSession();
  const organizationId = session?.organization?.id ?? "";
  const { from } = sinceOf(choice.range, useMinute());
  const position = readPosition(before);

  const ofNexus = async (signal: AbortSignal): Promise<TrailPage> => {
    if (choice.log === "auth" || position.nexus === atEnd) return nothing;
    const cursor = position.nexus === "" ? {} : { cursor: position.nexus };
    const page = await nexus.audit.list.query(
      { ...nexusFilterOf(choice, from), ...cursor, limit: pageSize },
      { signal },
    );
    return {
      events: page.events.map(nexusEvent),
      ...(page.nextCursor === null ? {} : { next: page.nextCursor }),
    };
  };
  const ofAuth = async (): Promise<TrailPage> => {
    if (choice.log === "nexus" || position.auth === atEnd) return nothing;
    const query = authQueryOf(choice, from, organizationId);
    query.set("limit", String(pageSize));
    if (position.auth !== "") query.set("after", position.auth);
    return readAuthEvents(await authInWords(ask("GET", `/api/audit-events?${query}`)));
  };

  return useAnswer(
    queryOptions({
      queryKey: ["audit", organizationId, choice, from, before],
      queryFn: async ({ signal }) => {
        const [nexusPage, authPage] = await Promise.all([ofNexus(signal), ofAuth()]);
        return mergeTrails({ nexus: nexusPage, auth: authPage }, position, pageSize);
      },
      refetchInterval: before === undefined ? liveEveryMs : false,
      placeholderData: keepPreviousData,
    }),
  );
};

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { NexusClientError, type NexusClient } from "@topolo/nexus-client";
import { useNexusClient } from "@topolo/nexus-client/react-query";
import { useState } from "react";

interface Tried<T> {
  readonly busy: boolean;
  readonly answer?: T;
  readonly error?: NexusClientError;
}

/** A call with one answer, made when somebody asks for it. */
export const useTrial = <T>() => {
  const nexus = useNexusClient();
  const queryClient = useQueryClient();
  const [tried, setTried] = useState<Tried<T>>({ busy: false });
  const run = async (ask: (nexus: NexusClient) => Promise<T>): Promise<void> => {
    setTried({ busy: true });
    try {
      setTried({ busy: false, answer: await ask(nexus) });
    } catch (error) {
      if (!NexusClientError.is(error)) throw error;
      setTried({ busy: false, error });
    }
    void queryClient.invalidateQueries();
  };
  return { ...tried, run };
};

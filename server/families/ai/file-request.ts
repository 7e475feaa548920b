import type { AiVendorBatches } from "../../contracts/ai-vendor-batches.ts";
import type { AiVendorVideos } from "../../contracts/ai-vendor-videos.ts";
import type { AiVendorFiles } from "../../contracts/ai-vendor-files.ts";
import type { HeldFile } from "../../contracts/held-file.ts";
import type { OperationOf } from "../../contracts/operation.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { NexusError } from "../../errors.ts";
import type { FreeRequest } from "../family.ts";
import { FileRoute } from "./file-route.ts";

/** Where a file is to be kept, or is; batches and videos are kept like one. */
export type FilePlace =
  | { readonly provider: string }
  | { readonly file: Pick<HeldFile, "id" | "vendor" | "credentialId"> };

/** What is asked of a vendor that keeps files. It goes by one route: a copy elsewhere would be another file. */
export interface FileRequest {
  readonly operation: OperationOf<"read">;
  readonly place: FilePlace;
}

/** What a vendor that keeps files is asked with. */
export interface FileAsk {
  readonly files: AiVendorFiles;
  /** Of vendors that take them. */
  readonly batches: AiVendorBatches | undefined;
  readonly credential: CredentialRef;
  readonly io: VendorIo;
}

interface FileQuestion<A> extends FileRequest {
  readonly ask: (asked: FileAsk) => Promise<A>;
  /** Of what is sent: it may be large. */
  readonly takesTime?: boolean;
  /** Where the answer is a file itself. */
  readonly mostAnswerBytes?: number;
}

/** A request of files, for the call path. */
export const fileRequest = <A>({ ask, ...request }: FileQuestion<A>): FileRequest & FreeRequest<A> => ({
  ...request,
  known: () => undefined,
  ask: (route, io) => {
    if (route instanceof FileRoute && route.files !== undefined)
      return ask({ files: route.files, batches: route.batches, credential: route.credential, io });
    throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that keeps no files`) });
  },
});

interface VideoQuestion<A> extends FileRequest {
  readonly ask: (videos: AiVendorVideos, io: VendorIo) => Promise<A>;
  readonly mostAnswerBytes?: number;
}

/** A question about a video, which its vendor keeps like a file. */
export const videoQuestion = <A>({ ask, ...request }: VideoQuestion<A>): FileRequest & FreeRequest<A> => ({
  ...request,
  known: () => undefined,
  ask: (route, io) => {
    if (route instanceof FileRoute && route.videos !== undefined) return ask(route.videos, io);
    throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that makes no videos`) });
  },
});

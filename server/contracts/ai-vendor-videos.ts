import type { VendorFileContent } from "./ai-vendor-files.ts";
import type { StartVideoInput } from "./ai/videos.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { Units } from "./units.ts";
import type { VendorIo } from "./vendor-call.ts";
import type { VideoResolution, VideoStatus } from "./video-status.ts";

/** What is asked of a vendor, as far as its price depends on it. */
export interface VideoPlan {
  readonly seconds: number;
  readonly resolution: VideoResolution;
}

/** A file that a vendor made. Where it is, callers never learn. */
export interface VendorVideoFile {
  readonly url: string;
  readonly mediaType: string;
}

/** What a vendor says of a video. */
export interface VendorVideo {
  readonly vendorVideoId: string;
  readonly status: VideoStatus;
  /** Why it was not made. */
  readonly fault?: { readonly code: string; readonly message: string } | undefined;
  readonly files: readonly VendorVideoFile[];
  /** The vendor takes a cancellation of it; noted beside what the vendor says. */
  readonly cancellable?: boolean | undefined;
  /** What is billed for it, once it is made; null where nobody can tell. */
  readonly units?: Units | null | undefined;
  /** The vendor's own words of what it bills. */
  readonly rawUsage?: unknown;
}

/** How a vendor makes videos. Each function throws `ProviderError` and nothing else. */
export interface AiVendorVideos {
  /** What a request comes to, with all that it leaves to the vendor; undefined for what the model does not make. */
  readonly plan: (
    asked: { readonly seconds: number | undefined; readonly resolution: VideoResolution | undefined },
    model: string,
  ) => VideoPlan | undefined;
  readonly start: (input: StartVideoInput, io: Omit<VendorIo, "connect"> & RequestLimits) => Promise<VendorVideo>;
  readonly get: (
    video: { readonly vendorVideoId: string; readonly model: string; readonly plan: VideoPlan },
    io: VendorIo,
  ) => Promise<VendorVideo>;
  /** Absent where what was begun is made. */
  readonly cancel?: (video: { readonly vendorVideoId: string; readonly model: string }, io: VendorIo) => Promise<void>;
  readonly content: (file: VendorVideoFile, io: VendorIo) => Promise<VendorFileContent>;
}

/** Where a video stands: first those in which its vendor still works on it. */
export const videoStatuses = ["queued", "in_progress", "completed", "failed", "cancelled"] as const;
export type VideoStatus = (typeof videoStatuses)[number];

/** Whether the vendor will say more of it. */
export const isBeingMade = (status: VideoStatus): boolean => status === "queued" || status === "in_progress";

export const videoResolutions = ["720p", "1080p", "4k"] as const;
export type VideoResolution = (typeof videoResolutions)[number];

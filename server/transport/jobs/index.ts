export { askAboutJob, followJobs, type FollowedJob } from "./follow-jobs.ts";
export { settleJob } from "./settle-job.ts";

export { askAboutJob, followJobs, type FollowedJob } from "./follow-jobs.ts";

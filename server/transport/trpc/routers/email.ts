import {
  ListDomainsInput,
  ListDomainsOutput,
  VerifyDomainInput,
  VerifyDomainOutput,
} from "../../../contracts/email/email-domain.ts";
import { email } from "../../../contracts/email.ts";
import {
  EmailSettings,
  GetEmailSettingsInput,
  SetEmailSettingsInput,
} from "../../../contracts/email/email-settings.ts";
import {
  ListEventsInput,
  ListEventsOutput,
  ReportEventInput,
  ReportEventOutput,
} from "../../../contracts/email/mail-event.ts";
import {
  AddSuppressionInput,
  AddSuppressionOutput,
  CheckSuppressionInput,
  CheckSuppressionOutput,
  ListSuppressionsInput,
  ListSuppressionsOutput,
  RemoveSuppressionInput,
  RemoveSuppressionOutput,
} from "../../../contracts/email/suppression.ts";
import {
  GetEmailInput,
  GetEmailOutput,
  ListEmailsInput,
  ListEmailsOutput,
} from "../../../contracts/email/read-email.ts";
import {
  addSuppression,
  checkSuppression,
  getEmail,
  listEmailDomains,
  verifyEmailDomain,
  getEmailSettings,
  getEmailTemplate,
  listEmailTemplates,
  previewEmailTemplate,
  removeEmailTemplate,
  setEmailTemplate,
  listEvents,
  reportEvent,
  setEmailSettings,
  listEmails,
  listSuppressions,
  removeSuppression,
} from "../../../domain/email/index.ts";
import {
  CancelEmailInput,
  CancelEmailOutput,
  RescheduleEmailInput,
  RescheduleEmailOutput,
} from "../../../contracts/email/change-queued-email.ts";
import {
  StoredTemplate,
  GetTemplateInput,
  ListTemplatesInput,
  ListTemplatesOutput,
  PreviewTemplateInput,
  PreviewTemplateOutput,
  RemoveTemplateInput,
  RemoveTemplateOutput,
  SetTemplateInput,
} from "../../../contracts/email/template.ts";
import { cancelEmail, renderEmail, rescheduleEmail, sendBatch, sendEmail } from "../../email/index.ts";
import { declare, del, get, metered, post, put, router } from "../procedures.ts";

const suppressionsRouter = router({
  add: declare({
    permission: ["srv_nexus.email:send", "srv_nexus.email:manage"],
    summary: "Leave an address out of the organization's mail",
    rest: post("/api/email/suppressions"),
    lasting: false,
  })
    .input(AddSuppressionInput)
    .output(AddSuppressionOutput)
    .mutation(({ ctx, input }) => addSuppression(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission: "srv_nexus.email:manage",
    summary: "Send to an address again",
    rest: post("/api/email/suppressions/remove"),
    lasting: false,
  })
    .input(RemoveSuppressionInput)
    .output(RemoveSuppressionOutput)
    .mutation(({ ctx, input }) => removeSuppression(ctx.deps.management, ctx.call, input)),

  list: declare({
    permission: ["srv_nexus.email:read", "srv_nexus.email:manage"],
    summary: "List suppressed addresses, newest first",
    rest: get("/api/email/suppressions"),
  })
    .input(ListSuppressionsInput)
    .output(ListSuppressionsOutput)
    .query(({ ctx, input }) => listSuppressions(ctx.deps.management, ctx.call, input)),

  check: declare({
    permission: ["srv_nexus.email:send", "srv_nexus.email:read"],
    summary: "Say whether mail is sent to an address",
    rest: get("/api/email/suppressions/check"),
  })
    .input(CheckSuppressionInput)
    .output(CheckSuppressionOutput)
    .query(({ ctx, input }) => checkSuppression(ctx.deps.management, ctx.call, input)),
});

const templatesRouter = router({
  list: declare({
    permission: ["srv_nexus.email:read", "srv_nexus.email:send", "srv_nexus.email:manage"],
    summary: "List the templates of mail, by name",
    rest: get("/api/email/templates"),
  })
    .input(ListTemplatesInput)
    .output(ListTemplatesOutput)
    .query(({ ctx }) => listEmailTemplates(ctx.deps.management, ctx.call)),

  get: declare({
    permission: ["srv_nexus.email:read", "srv_nexus.email:send", "srv_nexus.email:manage"],
    summary: "Read a template of mail",
    rest: get("/api/email/templates/{name}"),
  })
    .input(GetTemplateInput)
    .output(StoredTemplate)
    .query(({ ctx, input }) => getEmailTemplate(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: "srv_nexus.email:manage",
    summary: "Store a template of mail, or the next version of it",
    rest: put("/api/email/templates/{name}"),
    lasting: false,
  })
    .input(SetTemplateInput)
    .output(StoredTemplate)
    .mutation(({ ctx, input }) => setEmailTemplate(ctx.deps.management, ctx.call, input)),

  remove: declare({
    permission: "srv_nexus.email:manage",
    summary: "Remove a template of mail with all its versions",
    rest: del("/api/email/templates/{name}"),
    lasting: false,
  })
    .input(RemoveTemplateInput)
    .output(RemoveTemplateOutput)
    .mutation(({ ctx, input }) => removeEmailTemplate(ctx.deps.management, ctx.call, input)),

  preview: declare({
    permission: ["srv_nexus.email:send", "srv_nexus.email:manage"],
    summary: "Show what a template would say; nothing is stored",
    rest: post("/api/email/templates/preview"),
    lasting: false,
  })
    .input(PreviewTemplateInput)
    .output(PreviewTemplateOutput)
    .mutation(({ input }) => previewEmailTemplate(input)),
});

export const emailRouter = router({
  suppressions: suppressionsRouter,
  templates: templatesRouter,

  domains: router({
    list: declare({
      permission: ["srv_nexus.email:read", "srv_nexus.email:send"],
      summary: "List the domains that the organization may send for, with the DNS records that they need",
      rest: get("/api/email/domains"),
    })
      .input(ListDomainsInput)
      .output(ListDomainsOutput)
      .query(({ ctx }) => listEmailDomains(ctx.deps.management, ctx.call)),

    verify: declare({
      permission: ["srv_nexus.email:send", "srv_nexus.email:manage"],
      summary: "Look up which of a domain's DNS records are there",
      rest: post("/api/email/domains/verify"),
      lasting: false,
    })
      .input(VerifyDomainInput)
      .output(VerifyDomainOutput)
      .mutation(({ ctx, input }) => verifyEmailDomain(ctx.deps.management, ctx.call, input)),
  }),

  settings: router({
    get: declare({
      permission: ["srv_nexus.email:read", "srv_nexus.email:manage"],
      summary: "Read how often one address is sent to, and how long what mails said is kept",
      rest: get("/api/email/settings"),
    })
      .input(GetEmailSettingsInput)
      .output(EmailSettings)
      .query(({ ctx }) => getEmailSettings(ctx.deps.management, ctx.call)),

    set: declare({
      permission: "srv_nexus.email:manage",
      summary: "Set how often one address is sent to, and how long what mails said is kept",
      rest: put("/api/email/settings"),
      lasting: false,
    })
      .input(SetEmailSettingsInput)
      .output(EmailSettings)
      .mutation(({ ctx, input }) => setEmailSettings(ctx.deps.management, ctx.call, input)),
  }),

  events: declare({
    permission: "srv_nexus.email:read",
    summary: "List what vendors told of a mail, newest first",
    rest: get("/api/email/{emailId}/events"),
  })
    .input(ListEventsInput)
    .output(ListEventsOutput)
    .query(({ ctx, input }) => listEvents(ctx.deps.management, ctx.call, input)),

  reportEvent: declare({
    permission: "srv_nexus.email:send",
    summary: "Report what a vendor told the app of a mail of its own, for example by a verified webhook",
    rest: post("/api/email/events"),
    lasting: false,
  })
    .input(ReportEventInput)
    .output(ReportEventOutput)
    .mutation(({ ctx, input }) => reportEvent(ctx.deps.management, ctx.call, input)),

  list: declare({
    permission: "srv_nexus.email:read",
    summary: "List mails, newest first",
    rest: get("/api/email"),
  })
    .input(ListEmailsInput)
    .output(ListEmailsOutput)
    .query(({ ctx, input }) => listEmails(ctx.deps.management, ctx.call, input)),

  get: declare({
    permission: "srv_nexus.email:read",
    summary: "Read one mail: how far it has got to each recipient, and what it said",
    rest: get("/api/email/{emailId}"),
  })
    .input(GetEmailInput)
    .output(GetEmailOutput)
    .query(({ ctx, input }) => getEmail(ctx.deps.management, ctx.call, input)),

  send: metered(email.send, post("/api/email/send"))
    .input(email.send.input)
    .output(email.send.output)
    .mutation(({ ctx, input }) => sendEmail(ctx, input)),

  sendBatch: metered(email.sendBatch, post("/api/email/send-batch"))
    .input(email.sendBatch.input)
    .output(email.sendBatch.output)
    .mutation(({ ctx, input }) => sendBatch(ctx, input)),

  render: metered(email.render, post("/api/email/render"))
    .input(email.render.input)
    .output(email.render.output)
    .mutation(({ ctx, input }) => renderEmail(ctx, input)),

  cancel: declare({
    permission: "srv_nexus.email:send",
    summary: "Cancel a mail that waits; what was set aside for it is given back",
    rest: post("/api/email/{emailId}/cancel"),
    lasting: false,
  })
    .input(CancelEmailInput)
    .output(CancelEmailOutput)
    .mutation(({ ctx, input }) => cancelEmail(ctx, input)),

  reschedule: declare({
    permission: "srv_nexus.email:send",
    summary: "Have a mail that waits be sent at another time",
    rest: post("/api/email/{emailId}/reschedule"),
    lasting: false,
  })
    .input(RescheduleEmailInput)
    .output(RescheduleEmailOutput)
    .mutation(({ ctx, input }) => rescheduleEmail(ctx, input)),
});

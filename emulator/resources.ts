/** The resources as Twilio's REST API shows them: snake_case, with its mixture of "" and null for "unset". */

export interface AccountResource {
  sid: string;
  auth_token: string;
  owner_account_sid: string;
  friendly_name: string;
  status: "active" | "suspended" | "closed";
  type: "Full" | "Trial";
  date_created: string;
  date_updated: string;
}

export interface Capabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
  fax: boolean;
}

export interface NumberResource {
  sid: string;
  account_sid: string;
  phone_number: string;
  friendly_name: string;
  capabilities: Capabilities;
  voice_url: string | null;
  voice_method: string;
  voice_fallback_url: string | null;
  voice_fallback_method: string;
  voice_caller_id_lookup: boolean;
  voice_application_sid: string | null;
  voice_receive_mode: string;
  sms_url: string | null;
  sms_method: string;
  sms_fallback_url: string | null;
  sms_fallback_method: string;
  sms_application_sid: string | null;
  status_callback: string | null;
  status_callback_method: string;
  trunk_sid: string | null;
  address_sid: string | null;
  address_requirements: string;
  identity_sid: string | null;
  bundle_sid: string | null;
  emergency_status: string;
  emergency_address_sid: string | null;
  emergency_address_status: string;
  api_version: string;
  beta: boolean;
  origin: string;
  status: string;
  type: string;
  date_created: string;
  date_updated: string;
}

export interface ApplicationResource {
  sid: string;
  account_sid: string;
  friendly_name: string;
  api_version: string;
  voice_url: string | null;
  voice_method: string;
  voice_fallback_url: string | null;
  voice_fallback_method: string;
  voice_caller_id_lookup: boolean;
  status_callback: string | null;
  status_callback_method: string;
  sms_url: string | null;
  sms_method: string;
  sms_fallback_url: string | null;
  sms_fallback_method: string;
  sms_status_callback: string | null;
  message_status_callback: string | null;
  public_application_connect_enabled: boolean;
  date_created: string;
  date_updated: string;
}

export interface ServiceResource {
  sid: string;
  account_sid: string;
  friendly_name: string;
  inbound_request_url: string | null;
  inbound_method: string;
  fallback_url: string | null;
  fallback_method: string;
  status_callback: string | null;
  sticky_sender: boolean;
  mms_converter: boolean;
  smart_encoding: boolean;
  scan_message_content: string;
  fallback_to_long_code: boolean;
  area_code_geomatch: boolean;
  validity_period: number;
  synchronous_validation: boolean;
  usecase: string;
  us_app_to_person_registered: boolean;
  use_inbound_webhook_on_number: boolean;
  date_created: string;
  date_updated: string;
}

/** That a number (PN…) or a channel sender (XE…) belongs to a Messaging Service. */
export interface MemberRecord {
  sid: string;
  serviceSid: string;
  dateCreated: string;
}

export type SenderStatus =
  | "CREATING"
  | "ONLINE"
  | "OFFLINE"
  | "PENDING_VERIFICATION"
  | "VERIFYING"
  | "ONLINE:UPDATING"
  | "TWILIO_REVIEW"
  | "DRAFT"
  | "STUBBED";

/** One JSON block of a channel sender: profile, webhook, configuration, … */
export type JsonBlock = Record<string, unknown>;

export interface SenderRecord {
  sid: string;
  accountSid: string;
  senderId: string;
  status: SenderStatus;
  /** When ONLINE:UPDATING ends; null while nothing is being updated. */
  updatingUntilMs: number | null;
  configuration: JsonBlock;
  webhook: JsonBlock;
  profile: JsonBlock;
  properties: JsonBlock;
  offlineReasons: JsonBlock[] | null;
}

export interface MessageResource {
  sid: string;
  account_sid: string;
  messaging_service_sid: string | null;
  /** Null until a Messaging Service has chosen one of its senders. */
  from: string | null;
  to: string;
  body: string;
  direction: "inbound" | "outbound-api" | "outbound-call" | "outbound-reply";
  status: string;
  num_segments: string;
  num_media: string;
  price: string | null;
  price_unit: string | null;
  error_code: number | null;
  error_message: string | null;
  api_version: string;
  date_created: string;
  date_sent: string | null;
  date_updated: string;
}

export interface CallResource {
  sid: string;
  account_sid: string;
  parent_call_sid: string | null;
  from: string;
  to: string;
  phone_number_sid: string | null;
  trunk_sid: string | null;
  status: string;
  direction: "inbound" | "outbound-api" | "outbound-dial";
  duration: string | null;
  price: string | null;
  price_unit: string;
  start_time: string | null;
  end_time: string | null;
  answered_by: string | null;
  forwarded_from: string | null;
  caller_name: string | null;
  group_sid: string | null;
  queue_time: string;
  api_version: string;
  date_created: string;
  date_updated: string;
}

export interface AlertResource {
  sid: string;
  account_sid: string;
  resource_sid: string;
  service_sid: string | null;
  error_code: string;
  log_level: string;
  alert_text: string;
  api_version: string;
  more_info: string;
  request_method: string;
  request_url: string;
  date_created: string;
  date_generated: string;
  date_updated: string;
}

/** Who changed a resource, as Twilio's Monitor shows it. */
export interface EventResource {
  sid: string;
  account_sid: string;
  actor_sid: string;
  actor_type: string;
  description: string | null;
  event_data: JsonBlock;
  event_date: string;
  event_type: string;
  resource_sid: string;
  resource_type: string;
  source: string;
  source_ip_address: string;
}

export interface AddressConfiguration {
  sid: string;
  account_sid: string;
  address: string;
  type: string;
  friendly_name: string | null;
  address_country: string | null;
  auto_creation: JsonBlock;
  date_created: string;
  date_updated: string;
}

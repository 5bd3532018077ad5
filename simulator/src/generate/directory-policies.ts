/** Generated content of what a tenant has once, and of Entra's policies of the directory. As Microsoft's reference prints them. */
import type { Maker } from "./maker.ts";
import { bool, type Random } from "./random.ts";
import { groupId, type World } from "./world.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

export const complianceSettings: Maker = (random) => ({
  type: "deviceManagementSettings",
  doc: {
    deviceComplianceCheckinThresholdDays: random.pick([30, 14, 60]),
    isScheduledActionEnabled: true,
    secureByDefault: bool(random),
    enhancedJailBreak: false,
    deviceInactivityBeforeRetirementInDay: 0,
    derivedCredentialProvider: "notConfigured",
    derivedCredentialUrl: null,
    androidDeviceAdministratorEnrollmentEnabled: false,
    ignoreDevicesForUnsupportedSettingsEnabled: false,
    enableLogCollection: true,
    enableAutopilotDiagnostics: true,
    enableEnhancedTroubleshootingExperience: false,
    enableDeviceGroupMembershipReport: false,
    m365AppDiagnosticsEnabled: true,
  },
});

const EVERYBODY = { targetType: "group", id: "all_users", isRegistrationRequired: false };

function feature(random: Random) {
  return {
    state: random.pick(["default", "enabled"]),
    includeTarget: { targetType: "group", id: "all_users" },
    excludeTarget: { targetType: "group", id: NOBODY },
  };
}

export const authMethods: Maker = (random, world) => ({
  type: "authenticationMethodsPolicy",
  doc: {
    displayName: "Authentication Methods Policy",
    description: "The tenant-wide policy that controls which authentication methods are allowed in the tenant.",
    policyVersion: "1.5",
    policyMigrationState: "migrationComplete",
    reconfirmationInDays: null,
    registrationEnforcement: {
      authenticationMethodsRegistrationCampaign: {
        snoozeDurationInDays: 1,
        enforceRegistrationAfterAllowedSnoozes: true,
        state: "default",
        excludeTargets: [],
        includeTargets: [
          { id: "all_users", targetType: "group", targetedAuthenticationMethod: "microsoftAuthenticator" },
        ],
      },
    },
    reportSuspiciousActivitySettings: {
      state: "default",
      includeTarget: { targetType: "group", id: "all_users" },
      voiceReportingCode: 0,
    },
    systemCredentialPreferences: {
      state: "default",
      excludeTargets: [],
      includeTargets: [{ id: "all_users", targetType: "group" }],
    },
  },
  parts: {
    authenticationMethodConfigurations: [
      {
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration",
        id: "Fido2",
        state: "enabled",
        isSelfServiceRegistrationAllowed: true,
        isAttestationEnforced: bool(random),
        excludeTargets: [],
        keyRestrictions: { isEnforced: false, enforcementType: "block", aaGuids: [] },
        includeTargets: [EVERYBODY],
      },
      {
        "@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethodConfiguration",
        id: "MicrosoftAuthenticator",
        state: "enabled",
        isSoftwareOathEnabled: false,
        excludeTargets: [],
        featureSettings: {
          numberMatchingRequiredState: feature(random),
          displayAppInformationRequiredState: feature(random),
          displayLocationInformationRequiredState: feature(random),
          companionAppAllowedState: feature(random),
        },
        includeTargets: [{ ...EVERYBODY, authenticationMode: "any" }],
      },
      {
        "@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration",
        id: "Sms",
        state: random.pick(["enabled", "disabled"]),
        excludeTargets: [{ targetType: "group", id: groupId(world, random) }],
        includeTargets: [{ targetType: "group", id: groupId(world, random), isUsableForSignIn: false }],
      },
      {
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration",
        id: "TemporaryAccessPass",
        state: "enabled",
        defaultLifetimeInMinutes: 60,
        defaultLength: 8,
        minimumLifetimeInMinutes: 60,
        maximumLifetimeInMinutes: 480,
        isUsableOnce: true,
        excludeTargets: [],
        includeTargets: [EVERYBODY],
      },
    ],
  },
});

export const authContexts: Maker = (random, _world, n) => ({
  type: "authenticationContextClassReference",
  doc: {
    displayName: ["Privileged data", "Trusted location", "Board papers"][n % 3],
    description: "Apps ask for it before they show what is labeled confidential.",
    isAvailable: random.chance(0.8),
  },
});

export const authorizationPolicy: Maker = (random) => ({
  type: "authorizationPolicy",
  doc: {
    displayName: "Authorization Policy",
    description: "Used to manage authorization related settings across the company.",
    allowedToUseSSPR: true,
    allowedToSignUpEmailBasedSubscriptions: false,
    allowEmailVerifiedUsersToJoinOrganization: false,
    allowInvitesFrom: random.pick(["adminsAndGuestInviters", "everyone"]),
    allowUserConsentForRiskyApps: null,
    blockMsolPowerShell: false,
    guestUserRoleId: "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    enabledPreviewFeatures: [],
    permissionGrantPolicyIdsAssignedToDefaultUserRole: ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
    defaultUserRolePermissions: {
      allowedToCreateApps: bool(random),
      allowedToCreateSecurityGroups: true,
      allowedToCreateTenants: false,
      allowedToReadBitlockerKeysForOwnedDevice: true,
      allowedToReadOtherUsers: true,
    },
  },
});

export const securityDefaults: Maker = () => ({
  type: "identitySecurityDefaultsEnforcementPolicy",
  doc: {
    displayName: "Security Defaults",
    description: "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.",
    // Nobody has both: conditional access is in use.
    isEnabled: false,
  },
});

export const deviceRegistration: Maker = (random, world) => ({
  type: "deviceRegistrationPolicy",
  doc: {
    displayName: "Device Registration Policy",
    description: "Tenant-wide policy that manages initial provisioning controls using quota restrictions.",
    userDeviceQuota: random.pick([20, 50]),
    multiFactorAuthConfiguration: "notRequired",
    azureADRegistration: {
      isAdminConfigurable: false,
      allowedToRegister: { "@odata.type": "#microsoft.graph.allDeviceRegistrationMembership" },
    },
    azureADJoin: {
      isAdminConfigurable: true,
      allowedToJoin: {
        "@odata.type": "#microsoft.graph.enumeratedDeviceRegistrationMembership",
        users: [],
        groups: [groupId(world, random)],
      },
      localAdmins: {
        enableGlobalAdmins: true,
        registeringUsers: { "@odata.type": "#microsoft.graph.noDeviceRegistrationMembership" },
      },
    },
    localAdminPassword: { isEnabled: bool(random) },
  },
});

export const adminConsent: Maker = (random, world) => ({
  type: "adminConsentRequestPolicy",
  doc: {
    isEnabled: true,
    notifyReviewers: true,
    remindersEnabled: bool(random),
    requestDurationInDays: 30,
    version: 2,
    reviewers: [
      {
        query: `/groups/${groupId(world, random)}/transitiveMembers/microsoft.graph.user`,
        queryType: "MicrosoftGraph",
        queryRoot: null,
      },
    ],
  },
});

function access(random: Random, accessType: string) {
  return {
    usersAndGroups: { accessType, targets: [{ target: "AllUsers", targetType: "user" }] },
    applications: {
      accessType,
      targets: [{ target: random.pick(["AllApplications", "Office365"]), targetType: "application" }],
    },
  };
}

function trust(random: Random) {
  return {
    isMfaAccepted: bool(random),
    isCompliantDeviceAccepted: false,
    isHybridAzureADJoinedDeviceAccepted: false,
  };
}

export const crossTenantDefault: Maker = (random) => ({
  type: "crossTenantAccessPolicyConfigurationDefault",
  doc: {
    isServiceDefault: false,
    inboundTrust: trust(random),
    b2bCollaborationOutbound: access(random, "allowed"),
    b2bCollaborationInbound: access(random, "allowed"),
    b2bDirectConnectOutbound: access(random, "blocked"),
    b2bDirectConnectInbound: access(random, "blocked"),
    automaticUserConsentSettings: { inboundAllowed: false, outboundAllowed: false },
    invitationRedemptionIdentityProviderConfiguration: {
      "@odata.type": "#microsoft.graph.defaultInvitationRedemptionIdentityProviderConfiguration",
      primaryIdentityProviderPrecedenceOrder: ["externalFederation", "azureActiveDirectory", "socialIdentityProviders"],
      fallbackIdentityProvider: "emailOneTimePasscode",
    },
    tenantRestrictions: { ...access(random, "blocked"), devices: null },
  },
});

export const crossTenantPartners: Maker = (random: Random, _world: World, n) => ({
  type: "crossTenantAccessPolicyConfigurationPartner",
  doc: {
    isServiceProvider: false,
    isInMultiTenantOrganization: false,
    inboundTrust: trust(random),
    b2bCollaborationOutbound: null,
    b2bCollaborationInbound: access(random, "allowed"),
    b2bDirectConnectOutbound: null,
    b2bDirectConnectInbound: null,
    automaticUserConsentSettings: { inboundAllowed: true, outboundAllowed: null },
    tenantRestrictions: null,
    ...(n === 0
      ? { identitySynchronization: { displayName: "Subsidiary", userSyncInbound: { isSyncAllowed: true } } }
      : {}),
  },
});

/** Replaces the n-th of the world's groups: the same group, with a rule. */
export const groups: Maker = (_random, world, n) => {
  const { displayName, description, mailNickname } = world.groups[n] ?? {};
  return {
    type: "group",
    doc: {
      displayName,
      description,
      groupTypes: ["DynamicMembership"],
      mailEnabled: false,
      mailNickname,
      securityEnabled: true,
      membershipRule: `(device.displayName -startsWith "${String(displayName).slice(0, 3).toUpperCase()}-")`,
      membershipRuleProcessingState: "On",
      visibility: null,
    },
  };
};

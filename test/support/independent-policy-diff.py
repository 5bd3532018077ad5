#!/usr/bin/env python3
"""What differs between two folders of exported policies: a witness that shares no code with the product.

    independent-policy-diff.py OLDER NEWER

Reads every *.json below each folder (UTF-8 or UTF-16, with or without a byte order mark; one policy, an array of them, or
an object that wraps a list of them), matches policies by their `id`, and prints JSON:

    {"added": [{"id", "name"}], "removed": [...],
     "changed": [{"id", "name", "differences": [{"path", "kind", "before", "after"}]}]}

`path` is dotted, without steps into lists. `kind` is added, removed, changed or reordered. The rules of meaning are those of
decisions/070-structural-policy-diff.md, written down here once more from Microsoft Graph's side:

  * null, [], {}, "" and an absent property say the same (but for the "" of a setting's value); false and 0 do not;
  * lists are sets, but for the few whose order a device acts upon;
  * what the service keeps by itself is no difference.

Only the standard library. Exit status: 0 when the folders could be read, 2 otherwise.
"""

import json
import pathlib
import re
import sys

WRAPPERS = ("value", "filters", "groups", "policies", "items")

# --- what is not the policy -----------------------------------------------------------------------------------------

# "@odata.type" alone is what an object is; every other annotation is about the answer that carried it.
ANNOTATION = re.compile(r".@odata\.type$|@odata\.(?!type$|bind$)|^#microsoft\.graph\.")
CLOCKS = {"createdDateTime", "lastModifiedDateTime", "modifiedDateTime", "deletedDateTime"}
ROOT_ONLY = {
    "id", "version", "supportsScopeTags", "isAssigned", "creationSource", "settingCount", "priorityMetaData",
    "deployedAppCount", "uploadState", "publishingState", "size", "dependentAppCount", "supersedingAppCount",
    "supersededAppCount", "totalLicenseCount", "usedLicenseCount", "policyType", "requirementsSatisfied", "isBuiltIn",
    "isBuiltInRoleDefinition", "referencingConfigurationPolicyCount", "isGlobalScript", "highestAvailableVersion",
    "policyConfigurationIngestionType", "privacyAccessControls", "payloads", "deployableContentDisplayName",
    "endOfSupportDate", "releaseDateDisplayName", "deviceReporting", "newUpdates", "inventorySyncStatus",
    "isMigratingToConfigurationPolicy", "isServiceDefault", "isServiceProvider", "isInMultiTenantOrganization", "policyVersion",
    "createdBy", "lastModifiedBy", "microsoftManagedDesktop", "windowsSetting", "imageDisplayName",
    "cloudPcGroupDisplayName", "selfServiceEnabled", "isDefaultProfile", "disableClientTelemetry",
    "defaultLocale",
}
# What Graph tells of some kinds of policy and takes from nobody, by a member that such a policy has: the template that a
# conditional access policy was made from, the older name of a role's permissions.
NOT_WRITTEN = {"templateId": "conditions", "permissions": "rolePermissions"}
UPDATE_RING = re.compile(
    r"^(quality|feature)Updates(PauseStartDate|PauseExpiryDateTime|RollbackStartDateTime|WillBeRolledBack)$"
)
DEEPER = {
    "assignments.source", "assignments.sourceId", "apps.version", "scheduledActionsForRule.ruleName",
    "omaSettings.isEncrypted", "omaSettings.secretReferenceValueId",
    "templateReference.templateDisplayName", "templateReference.templateDisplayVersion",
    "azureADJoin.isAdminConfigurable", "azureADRegistration.isAdminConfigurable", "identitySynchronization.tenantId", "settings.value",
    "authenticationMethodConfigurations.featureSettings.numberMatchingRequiredState",
}
# Lists whose items are about what their ids name.
ABOUT_IDS = re.compile(r"(^|\.)(includeTargets|excludeTargets)$")
POINTERS = ("definition", "presentation", "authenticationStrength")

# --- lists that are not sets ----------------------------------------------------------------------------------------

SEQUENCES = re.compile(
    r"(^|\.)(homeScreenDockIcons|homeScreenPages|icons|pages|pages\.apps|onDemandRules|dnsSuffixes|edgeHomepageUrls"
    r"|presentationValues\.values|dnsSearchDomains|dnsSuffixSearchList|secureDnsServers|servers|scepServerUrls"
    r"|silentCertificateAccessDetails|rootCertificatesForServerValidation|primaryIdentityProviderPrecedenceOrder)$"
)
SEQUENCE_SETTINGS = re.compile(r"ciphersuite|ecccurves|restoreonstartupurls", re.IGNORECASE)

# --- reading --------------------------------------------------------------------------------------------------------


def read_json(file):
    raw = file.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return json.loads(raw.decode("utf-16"))
    return json.loads(raw.decode("utf-8-sig"))


def policies_of(content):
    if isinstance(content, list):
        return [item for item in content if isinstance(item, dict)]
    if not isinstance(content, dict):
        return []
    if "displayName" not in content and "name" not in content:
        for wrapper in WRAPPERS:
            if isinstance(content.get(wrapper), list):
                return policies_of(content[wrapper])
    return [content]


def read_folder(folder):
    found = {}
    for file in sorted(pathlib.Path(folder).rglob("*.json")):
        for policy in policies_of(read_json(file)):
            if isinstance(policy.get("id"), str):
                found[policy["id"]] = policy
    return found


# --- meaning --------------------------------------------------------------------------------------------------------


NO_ID = (None, [], {}, "", "00000000-0000-0000-0000-000000000000")


def says_nothing(name, path, value, owner):
    """A service's own way of saying "none"."""
    if value == "" and name not in ("value", "values"):
        return True
    if re.match(r"assignments\.target\.deviceAndAppManagementAssignmentFilter(Id|Type)$", path):
        return owner.get("deviceAndAppManagementAssignmentFilterId") in NO_ID
    if name == "notificationTemplateId":
        return value in NO_ID
    if path.startswith("sessionControls.") and isinstance(value, dict):
        return value.get("isEnabled") is False
    if path == "apps":
        return owner.get("appGroupType") not in (None, "", "selectedPublicApps")
    return path == "sessionControls.disableResilienceDefaults" and value is False


def is_noise(name, path):
    if ANNOTATION.search(name) or name in CLOCKS or path in DEEPER:
        return True
    return "." not in path and (name in ROOT_ONLY or bool(UPDATE_RING.match(name)))


def meaning(value, path=""):
    """The value without noise; None for what says nothing."""
    if isinstance(value, list):
        return [meaning_of_item(item, path) for item in value] or None
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, member in value.items():
        below = f"{path}.{name}" if path else name
        if below in NOT_WRITTEN and NOT_WRITTEN[below] in value:
            continue
        if is_noise(name, below) or says_nothing(name, below, member, value):
            continue
        if name in POINTERS and isinstance(member, dict) and isinstance(member.get("id"), str):
            kept[name] = {"id": member["id"]}
            continue
        said = meaning(member, below)
        if said is not None:
            kept[name] = said
    return kept or None


def meaning_of_item(item, path):
    """An item stays an item, also when nothing is left of it. Its id is the list's bookkeeping, unless it is all there is."""
    said = meaning(item, path)
    if isinstance(item, dict):
        said = said or {}
        if set(said) - {"id", "@odata.type"} and not ABOUT_IDS.search(path):
            said.pop("id", None)
    elif isinstance(item, list):
        said = said or []
    return said


def text(value):
    return json.dumps(settled(value), sort_keys=True, ensure_ascii=False)


def settled(value):
    """With lists in an order that depends on nothing, for comparing as text."""
    if isinstance(value, dict):
        return {name: settled(member) for name, member in value.items()}
    if isinstance(value, list):
        return sorted((settled(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


# --- differences ----------------------------------------------------------------------------------------------------


def differences(older, newer, path="", owner=None):
    if isinstance(older, dict) and isinstance(newer, dict):
        found = []
        for name in sorted(set(older) | set(newer)):
            below = f"{path}.{name}" if path else name
            if name in older and name in newer:
                found += differences(older[name], newer[name], below, newer)
            elif below in ("assignments", "roleAssignments"):
                # To be given to one group more is one difference, also when it is the first.
                found += differences(older.get(name, []), newer.get(name, []), below, newer)
            elif name in newer:
                found.append({"path": below, "kind": "added", "before": None, "after": newer[name]})
            else:
                found.append({"path": below, "kind": "removed", "before": older[name], "after": None})
        return found
    if isinstance(older, list) and isinstance(newer, list):
        setting = (owner or {}).get("settingDefinitionId")
        in_order = SEQUENCES.search(path) or (isinstance(setting, str) and SEQUENCE_SETTINGS.search(setting))
        return list_differences(older, newer, path, bool(in_order))
    if type(older) is type(newer) and older == newer:
        return []
    if is_number(older) and is_number(newer) and older == newer:
        return []
    return [{"path": path, "kind": "changed", "before": older, "after": newer}]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def list_differences(older, newer, path, in_order):
    spell = (lambda item: json.dumps(item, sort_keys=True)) if in_order else text
    if not in_order:
        older, newer = once(older, spell), once(newer, spell)
    unclaimed = list(range(len(newer)))
    partner = {}

    def claim(i, j):
        partner[i] = j
        unclaimed.remove(j)

    # The very same things first.
    by_text = {}
    for j, item in enumerate(newer):
        by_text.setdefault(spell(item), []).append(j)
    for i, item in enumerate(older):
        same = by_text.get(spell(item))
        if same:
            claim(i, same.pop(0))

    # Then what bears the same name, those first that need the fewest differences to become each other.
    offers = []
    for i, item in enumerate(older):
        if i in partner:
            continue
        for j in unclaimed:
            if name_of(item, path) == name_of(newer[j], path):
                offers.append((len(leaf_changes(item, newer[j], path)), spell(item), spell(newer[j]), i, j))
    nameless_left = [i for i in range(len(older)) if i not in partner and name_of(older[i], path) is None]
    nameless_right = [j for j in unclaimed if name_of(newer[j], path) is None]
    for _cost, _a, _b, i, j in sorted(offers):
        if i in partner or j not in unclaimed:
            continue
        if name_of(older[i], path) is None and (len(nameless_left), len(nameless_right)) != (1, 1):
            if not set(leaves(older[i])) & set(leaves(newer[j])):
                continue
        claim(i, j)

    found = []
    for i, item in enumerate(older):
        if i not in partner:
            found.append({"path": path, "kind": "removed", "before": item, "after": None})
        else:
            found += differences(item, newer[partner[i]], path)
    found += [{"path": path, "kind": "added", "before": None, "after": newer[j]} for j in unclaimed]
    kept = [partner[i] for i in range(len(older)) if i in partner]
    if in_order and kept != sorted(kept):
        found.append({"path": path, "kind": "reordered", "before": None, "after": None})
    return found


def once(items, spell):
    """A set has a plain value once."""
    seen, result = set(), []
    for item in items:
        if not isinstance(item, (dict, list)):
            if spell(item) in seen:
                continue
            seen.add(spell(item))
        result.append(item)
    return result


def leaf_changes(older, newer, path):
    left, right = set(leaves(older)), set(leaves(newer))
    return left ^ right


def leaves(value, path=""):
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{path}[{name_of(item, '')}]")
    else:
        yield f"{path}={json.dumps(value)}"


def dig(item, dotted):
    for name in dotted.split("/"):
        if not isinstance(item, dict) or name not in item:
            return None
        item = item[name]
    return item if isinstance(item, str) or is_number(item) else None


TARGETS = ("target/groupId", "target/collectionId", "target/@odata.type")
NAMES = (
    "settingInstance/settingDefinitionId", "settingDefinitionId", "definition/id", "definition@odata.bind",
    "presentation/id", "presentation@odata.bind", "omaUri", "actionType", "appConfigKey",
    "mobileAppIdentifier/bundleId", "mobileAppIdentifier/packageId", "mobileAppIdentifier/windowsAppId", "locale",
    "language", "Language", "SettingName", "objectIdentifier", "permission", "cidrAddress", "returnCode", "appId",
    "bundleId", "bundleID", "packageId", "key", "name", "displayName", "value", "id",
)


def name_of(item, path):
    """What an item of a list goes by; None for a thing without a name."""
    if isinstance(item, list):
        return None
    if not isinstance(item, dict):
        return ("plain", json.dumps(item))
    for dotted in TARGETS if path == "assignments" else NAMES:
        name = dig(item, dotted)
        if name is not None:
            return (dotted, json.dumps(name))
    return None


# --- report ---------------------------------------------------------------------------------------------------------


def title(policy):
    return policy.get("displayName") or policy.get("name")


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    older, newer = (read_folder(folder) for folder in sys.argv[1:])
    changed = []
    for key in sorted(set(older) & set(newer)):
        found = differences(meaning(older[key]) or {}, meaning(newer[key]) or {})
        if found:
            found.sort(key=lambda each: (each["path"], each["kind"], text(each["before"]), text(each["after"])))
            changed.append({"id": key, "name": title(newer[key]), "differences": found})
    report = {
        "added": [{"id": key, "name": title(newer[key])} for key in sorted(set(newer) - set(older))],
        "removed": [{"id": key, "name": title(older[key])} for key in sorted(set(older) - set(newer))],
        "changed": changed,
    }
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())

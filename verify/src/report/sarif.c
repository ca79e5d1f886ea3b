/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SARIF 2.1.0 (OASIS), for code scanning services and editors. */
#include "report/cases.h"
#include "report/place.h"
#include "report/report.h"
#include "result/fold.h"
#include "result/rules.h"

#define SCHEMA                                                            \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
    "sarif-schema-2.1.0.json"
#define TREE_ID "SRCROOT"
#define PROJECT_ID "PROJECTROOT"
/* How the identity is computed may change; then so does this name. */
#define FINGERPRINT "tcgVerifyIdentity/v1"

static void set_string(JsonObject *object, const char *key, const char *value)
{
    if (value) {
        json_object_set_string_member(object, key, value);
    }
}

/* {"text": ...}: a message or a multiformatMessageString. */
static void set_text(JsonObject *object, const char *key, const char *text)
{
    JsonObject *message = json_object_new();

    json_object_set_string_member(message, "text", text);
    json_object_set_object_member(object, key, message);
}

static JsonArray *rules_array(void)
{
    JsonArray *array = json_array_new();
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        JsonObject *object = json_object_new();
        JsonObject *configuration = json_object_new();
        JsonObject *properties = json_object_new();
        JsonArray *tags = json_array_new();
        g_autofree char *summary = g_strdup_printf("%s.", rule->summary);
        g_autofree char *help =
            g_strdup_printf("%s\n\nFix: %s", rule->text, rule->fix);

        *summary = g_ascii_toupper(*summary);
        json_object_set_string_member(object, "id", rule->id);
        set_text(object, "shortDescription", summary);
        set_text(object, "fullDescription", rule->text);
        set_text(object, "help", help);
        json_object_set_string_member(configuration, "level",
                                      tv_severity_name(rule->severity));
        json_object_set_object_member(object, "defaultConfiguration",
                                      configuration);
        json_array_add_string_element(tags, rule->layer);
        json_object_set_array_member(properties, "tags", tags);
        json_object_set_object_member(object, "properties", properties);
        json_array_add_object_element(array, object);
    }
    return array;
}

static int rule_index(const char *id)
{
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        if (g_str_equal(rule->id, id)) {
            return (int)i;
        }
    }
    return -1;
}

static JsonObject *tool_object(const TvResult *result)
{
    JsonObject *tool = json_object_new();
    JsonObject *driver = json_object_new();
    JsonArray *extensions = json_array_new();

    json_object_set_string_member(driver, "name", "tcg-verify");
    json_object_set_string_member(driver, "version", TV_VERSION);
    set_text(driver, "shortDescription",
             "Proves that RX and RW code pointers of QEMU's TCG never mix.");
    json_object_set_array_member(driver, "rules", rules_array());
    json_object_set_object_member(tool, "driver", driver);
    for (guint i = 0; i < result->tools->len; i++) {
        const TvTool *used = result->tools->pdata[i];
        JsonObject *extension = json_object_new();

        json_object_set_string_member(extension, "name", used->name);
        json_object_set_string_member(extension, "version", used->version);
        json_array_add_object_element(extensions, extension);
    }
    json_object_set_array_member(tool, "extensions", extensions);
    return tool;
}

static JsonObject *physical_location(const TvReportContext *context,
                                     const char *file, int line,
                                     const char *text)
{
    JsonObject *physical = json_object_new();
    JsonObject *artifact = json_object_new();
    g_autofree char *uri = tv_finding_place_uri(file);
    TvRoot root = tv_finding_place_root(context, file);

    set_string(artifact, "uri", uri);
    if (root != TV_ROOT_NONE) {
        json_object_set_string_member(
            artifact, "uriBaseId", root == TV_ROOT_TREE ? TREE_ID : PROJECT_ID);
    }
    json_object_set_object_member(physical, "artifactLocation", artifact);
    if (line > 0) {
        JsonObject *region = json_object_new();

        json_object_set_int_member(region, "startLine", line);
        if (text) {
            set_text(region, "snippet", text);
        }
        json_object_set_object_member(physical, "region", region);
    }
    return physical;
}

static JsonObject *location_object(const TvReportContext *context,
                                   const char *file, int line,
                                   const char *function, const char *text,
                                   const char *message)
{
    JsonObject *location = json_object_new();

    if (file) {
        json_object_set_object_member(
            location, "physicalLocation",
            physical_location(context, file, line, text));
    }
    if (function) {
        JsonArray *logical = json_array_new();
        JsonObject *name = json_object_new();

        json_object_set_string_member(name, "name", function);
        json_object_set_string_member(name, "kind", "function");
        json_array_add_object_element(logical, name);
        json_object_set_array_member(location, "logicalLocations", logical);
    }
    if (message) {
        set_text(location, "message", message);
    }
    return location;
}

static JsonArray *code_flows(const TvReportContext *context,
                             const GPtrArray *path)
{
    JsonArray *flows = json_array_new();
    JsonObject *flow = json_object_new();
    JsonArray *threads = json_array_new();
    JsonObject *thread = json_object_new();
    JsonArray *locations = json_array_new();

    for (guint i = 0; i < path->len; i++) {
        const TvStep *step = path->pdata[i];
        JsonObject *place = json_object_new();

        json_object_set_object_member(
            place, "location",
            location_object(context, step->file, step->line, step->function,
                            NULL, step->what));
        json_array_add_object_element(locations, place);
    }
    json_object_set_array_member(thread, "locations", locations);
    json_array_add_object_element(threads, thread);
    json_object_set_array_member(flow, "threadFlows", threads);
    json_array_add_object_element(flows, flow);
    return flows;
}

static JsonArray *suppressions(const char *reason)
{
    JsonArray *array = json_array_new();
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "kind", "external");
    json_object_set_string_member(object, "status", "accepted");
    json_object_set_string_member(object, "justification", reason);
    json_array_add_object_element(array, object);
    return array;
}

static JsonObject *group_properties(const TvFindingGroup *group)
{
    JsonObject *properties = json_object_new();
    JsonArray *hosts = json_array_new();

    for (guint i = 0; i < group->hosts->len; i++) {
        json_array_add_string_element(hosts, group->hosts->pdata[i]);
    }
    json_object_set_array_member(properties, "hosts", hosts);
    set_string(properties, "mode", group->first->mode);
    set_string(properties, "patch", group->first->patch);
    set_string(properties, "reproduce", group->first->reproduce);
    return properties;
}

/* @state: baselineState, or NULL without a baseline. */
static JsonObject *result_object(const TvReportContext *context,
                                 const TvFindingGroup *group, const char *state)
{
    const TvFinding *finding = group->first;
    JsonObject *object = json_object_new();
    JsonObject *fingerprints = json_object_new();
    JsonArray *locations = json_array_new();

    json_object_set_string_member(object, "ruleId", finding->rule);
    json_object_set_int_member(object, "ruleIndex", rule_index(finding->rule));
    json_object_set_string_member(object, "kind", "fail");
    json_object_set_string_member(
        object, "level",
        tv_severity_name(tv_rule_find(finding->rule)->severity));
    set_text(object, "message", finding->message ? finding->message : "");
    if (finding->file || finding->function) {
        json_array_add_object_element(
            locations, location_object(context, finding->file, finding->line,
                                       finding->function, finding->text, NULL));
    }
    json_object_set_array_member(object, "locations", locations);
    json_object_set_int_member(object, "occurrenceCount", group->count);
    json_object_set_string_member(fingerprints, FINGERPRINT, finding->identity);
    json_object_set_object_member(object, "partialFingerprints", fingerprints);
    if (finding->path && finding->path->len) {
        json_object_set_array_member(object, "codeFlows",
                                     code_flows(context, finding->path));
    }
    /* With no suppression but an empty list, it is known to be not suppressed:
     * all results of a run have the member or none has. */
    json_object_set_array_member(object, "suppressions",
                                 finding->suppressed
                                     ? suppressions(finding->suppressed)
                                     : json_array_new());
    set_string(object, "baselineState", state);
    json_object_set_object_member(object, "properties",
                                  group_properties(group));
    return object;
}

static void add_results(JsonArray *results, const TvReportContext *context,
                        const GPtrArray *findings, gboolean absent)
{
    for (int suppressed = 0; suppressed <= 1; suppressed++) {
        g_autoptr(GPtrArray) groups = tv_finding_groups(findings, suppressed);

        for (guint i = 0; i < groups->len; i++) {
            const TvFindingGroup *group = groups->pdata[i];
            const char *state = NULL;

            if (absent) {
                state = "absent";
            } else if (context->baseline) {
                state = tv_baseline_has(context->baseline, group->first)
                            ? "unchanged"
                            : "new";
            }
            json_array_add_object_element(results,
                                          result_object(context, group, state));
        }
    }
}

static JsonArray *results_array(const TvResult *result,
                                const TvReportContext *context)
{
    JsonArray *results = json_array_new();

    add_results(results, context, result->findings, FALSE);
    if (context->baseline) {
        g_autoptr(GPtrArray) absent =
            tv_baseline_absent(context->baseline, result);

        add_results(results, context, absent, TRUE);
    }
    return results;
}

/* What could not be looked at is no result, but must not be lost. */
static JsonObject *invocation_object(const TvResult *result)
{
    JsonObject *invocation = json_object_new();
    JsonArray *notifications = json_array_new();

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];
        JsonObject *notification;
        g_autofree char *place = NULL;
        g_autofree char *text = NULL;

        if (cell->status < TV_CELL_VOID) {
            continue;
        }
        notification = json_object_new();
        place = tv_cell_place(cell);
        text =
            g_strdup_printf("%s%s%s %s: %s: %s", cell->host ? cell->host : "",
                            cell->host ? " " : "", cell->layer, place,
                            tv_cell_status_name(cell->status),
                            cell->note ? cell->note : "no reason given");
        json_object_set_string_member(notification, "level", "error");
        set_text(notification, "message", text);
        json_array_add_object_element(notifications, notification);
    }
    json_object_set_boolean_member(invocation, "executionSuccessful",
                                   tv_result_is_complete(result));
    json_object_set_int_member(invocation, "exitCode",
                               tv_result_exit_status(result));
    json_object_set_array_member(invocation, "toolExecutionNotifications",
                                 notifications);
    return invocation;
}

static void add_base(JsonObject *bases, const char *id, const char *directory,
                     const char *description)
{
    JsonObject *location = json_object_new();

    if (directory) {
        /* The standard wants the slash, so that relative ones resolve. */
        g_autofree char *path = g_strconcat(directory, "/", NULL);
        g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);

        set_string(location, "uri", uri);
    }
    set_text(location, "description", description);
    json_object_set_object_member(bases, id, location);
}

static JsonObject *run_object(const TvResult *result,
                              const TvReportContext *context)
{
    JsonObject *run = json_object_new();
    JsonObject *bases = json_object_new();
    JsonObject *details = json_object_new();
    JsonArray *invocations = json_array_new();
    g_autofree char *id = g_strdup_printf("tcg-verify/%s/", result->command);

    json_object_set_object_member(run, "tool", tool_object(result));
    json_object_set_string_member(details, "id", id);
    json_object_set_object_member(run, "automationDetails", details);
    json_array_add_object_element(invocations, invocation_object(result));
    json_object_set_array_member(run, "invocations", invocations);
    add_base(bases, TREE_ID, context->tree, "The QEMU tree with the series.");
    add_base(bases, PROJECT_ID, context->project,
             "The project: the series and its patches.");
    json_object_set_object_member(run, "originalUriBaseIds", bases);
    json_object_set_string_member(run, "columnKind", "unicodeCodePoints");
    json_object_set_array_member(run, "results",
                                 results_array(result, context));
    return run;
}

char *tv_report_sarif(const TvResult *result, const TvReportContext *context)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *log = json_object_new();
    JsonArray *runs = json_array_new();
    g_autofree char *json = NULL;

    json_object_set_string_member(log, "$schema", SCHEMA);
    json_object_set_string_member(log, "version", "2.1.0");
    json_array_add_object_element(runs, run_object(result, context));
    json_object_set_array_member(log, "runs", runs);
    json_node_take_object(root, log);
    json_generator_set_pretty(generator, TRUE);
    json_generator_set_root(generator, root);
    json = json_generator_to_data(generator, NULL);
    return g_strconcat(json, "\n", NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/report.h"

char *tv_report_render(const TvResult *result, TvFormat format,
                       const TvReportContext *context)
{
    switch (format) {
    case TV_FORMAT_JSON:
        return tv_report_json(result);
    case TV_FORMAT_SARIF:
        return tv_report_sarif(result, context);
    case TV_FORMAT_JUNIT:
        return tv_report_junit(result);
    case TV_FORMAT_TAP:
        return tv_report_tap(result);
    case TV_FORMAT_HTML:
        return tv_report_html(result, context);
    case TV_FORMAT_TEXT:
        break;
    }
    return tv_report_text(result, context);
}

char *tv_report_json(const TvResult *result)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = tv_result_to_json(result);
    g_autofree char *json = NULL;

    json_generator_set_pretty(generator, TRUE);
    json_generator_set_root(generator, root);
    json = json_generator_to_data(generator, NULL);
    return g_strconcat(json, "\n", NULL);
}

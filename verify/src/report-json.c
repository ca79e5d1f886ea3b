#include "report.h"

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

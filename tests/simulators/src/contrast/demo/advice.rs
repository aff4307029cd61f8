//! Recommended actions in the product's own markup, as long as the real ones.
//!
//! Written for this project; the markup is the product's, the sentences are not.

pub(super) fn sql_injection() -> Vec<String> {
    vec![
        "{{#paragraph}}Find every place where text from a request is put together with SQL, and \
         bind it as a parameter instead. A bound value can never become part of the statement, \
         whatever characters it holds.{{/paragraph}}\
         {{#paragraph}}This is the pattern that was attacked:{{/paragraph}}\
         {{#javaBlock}}String term = request.getParameter(\"term\");\n\
         String sql = \"SELECT id, amount FROM payments WHERE label = '\" + {{#badParam}}term{{/badParam}} + \"'\";\n\
         ResultSet rows = connection.createStatement().executeQuery(sql);{{/javaBlock}}\
         {{#paragraph}}And this is the same query with a bound value:{{/paragraph}}\
         {{#javaBlock}}PreparedStatement query = connection.prepareStatement(\n    \
         \"SELECT id, amount FROM payments WHERE label = ?\");\n\
         query.setString(1, {{#goodParam}}term{{/goodParam}});\n\
         ResultSet rows = query.executeQuery();{{/javaBlock}}\
         {{#paragraph}}Names of tables and columns cannot be bound. Choose them from a fixed list \
         that the request only points into, as in {{#code}}ORDER BY{{/code}} clauses.{{/paragraph}}"
            .to_owned(),
        "{{#paragraph}}Give the account with which the application signs in to its database no \
         more rights than its queries need: no access to tables of other services, and no right \
         to change the schema.{{/paragraph}}\
         {{#paragraph}}Read more in {{#link}}https://cheatsheetseries.example.org/query-parameterization$$LINK_DELIM$$the \
         notes on parameterised queries{{/link}}.{{/paragraph}}"
            .to_owned(),
        "{{#focus}}Until the fix is released:{{/focus}} {{#paragraph}}set the rule \
         {{#code}}sql-injection{{/code}} to block in every environment of this \
         application.{{/paragraph}}"
            .to_owned(),
    ]
}

pub(super) fn command_injection() -> Vec<String> {
    vec![
        "{{#paragraph}}Do not hand text from a request to a shell. Start the program directly and \
         pass each argument on its own.{{/paragraph}}\
         {{#pythonBlock}}# attacked\nos.system(\"ping -c 1 \" + {{#badParam}}host{{/badParam}})\n\n\
         # safe\nsubprocess.run([\"ping\", \"-c\", \"1\", {{#goodParam}}host{{/goodParam}}], check=True){{/pythonBlock}}\
         {{#paragraph}}Accept only what a host name may look like, and refuse everything that \
         starts with {{#code}}-{{/code}}: it would be read as an option.{{/paragraph}}"
            .to_owned(),
        "{{#paragraph}}Take the server out of service and look for processes started by the \
         application's account. {{#link}}https://runbooks.example.com/isolate$$LINK_DELIM$$How to \
         isolate a server{{/link}}{{/paragraph}}"
            .to_owned(),
    ]
}

pub(super) fn untrusted_deserialization() -> Vec<String> {
    vec![
        "{{#paragraph}}Stop reading serialised objects from requests. Where the format cannot be \
         changed at once, allow the expected classes by name and refuse all others.{{/paragraph}}\
         {{#javaBlock}}ObjectInputStream in = new ObjectInputStream({{#badParam}}request.getInputStream(){{/badParam}});\n\
         in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(\n    \
         {{#goodParam}}\"com.example.shop.Order;!*\"{{/goodParam}}));{{/javaBlock}}\
         {{#paragraph}}See {{#link}}https://docs.example.org/serialization-filters?mode=strict&from=adr$$LINK_DELIM$$the \
         guide to serialisation filters{{/link}}.{{/paragraph}}"
            .to_owned(),
        "Forbid outgoing LDAP and RMI from this network, so that a lookup leads nowhere.".to_owned(),
    ]
}

pub(super) fn path_traversal() -> Vec<String> {
    vec![
        "{{#paragraph}}Resolve the path first and check afterwards that it still lies inside the \
         folder. Looking for {{#code}}../{{/code}} in the text is not enough, since it can be \
         written in many ways.{{/paragraph}}\
         {{#javaBlock}}Path wanted = folder.resolve({{#badParam}}name{{/badParam}}).normalize();\n\
         if (!wanted.startsWith({{#goodParam}}folder{{/goodParam}})) {\n    throw new NoSuchFileException(name);\n}{{/javaBlock}}"
            .to_owned(),
    ]
}

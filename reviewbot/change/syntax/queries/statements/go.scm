(source_file (_) @statement)
(statement_list (_) @statement)
(field_declaration_list (_) @statement)
(interface_type (_) @statement)
[(const_spec) (var_spec) (type_spec) (import_spec)] @statement

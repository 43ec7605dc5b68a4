(declaration_list (_) @statement)

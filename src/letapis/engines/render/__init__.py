"""Files made from a Brief: DOCX for the lawyer, PDF for the body, an HTML fragment for the desk. All of it in memory."""

"""The five-year plan of an instructional model: one frozen object that everybody shares.

`model.Plan` holds what people enter, `outlook.outlook` computes everything by year, `document`
writes a plan as text and reads it, `difference` compares two, `example` is one worked through.
"""
